namespace Assay.Models.Import;

/// <summary>What one import may still hold and do, over all nodes and subgraphs together.</summary>
/// <param name="constants">Elements of constants, also of those that folding makes.</param>
/// <param name="limits">The other limits.</param>
internal sealed class ImportBudget(long constants, ImportLimits limits)
{
    /// <summary>Elements of constants that are left.</summary>
    public long Constants { get; private set; } = constants;

    /// <summary>Elements of activations that are left; folding will take some of them away again.</summary>
    public long Activations { get; private set; } = ImportLimits.Unfolded * limits.MaxActivationElements;

    /// <summary>Elements that one value may have.</summary>
    public long LargestValue => Math.Min(Activations, limits.MaxActivationElements);

    /// <summary>Multiplications per item that are left.</summary>
    public long Work { get; private set; } = limits.MaxWork;

    /// <summary>Multiplications that evaluating constants may still take.</summary>
    public long Folding { get; private set; } = limits.MaxFoldingWork;

    /// <summary>Nodes of the float graph that may still be made.</summary>
    public int Nodes { get; private set; } = limits.MaxGraphNodes;

    /// <summary>Nodes of the file, subgraphs included, that may still be imported.</summary>
    public int FileNodes { get; private set; } = limits.MaxNodes;

    /// <summary>Takes elements of constants; false, and nothing taken, if fewer are left.</summary>
    public bool TryTake(long count)
    {
        if (count < 0 || count > Constants)
        {
            return false;
        }

        Constants -= count;
        return true;
    }

    /// <summary>Takes one node with its result and its work; false if any of the three is used up.</summary>
    public bool TryTake(long elements, long work)
    {
        Activations -= elements;
        Work -= work;
        return Activations >= 0 && Work >= 0 && --Nodes >= 0;
    }

    public bool TryTakeFileNode() => --FileNodes >= 0;

    public bool TryFold(long work) => (Folding -= work) >= 0;
}
