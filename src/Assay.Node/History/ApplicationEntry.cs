using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>What the book knows of an application; under the book's lock.</summary>
internal sealed class ApplicationEntry(string key, string name)
{
    internal string Key { get; } = key;

    internal string Name { get; } = name;

    /// <summary>The numbers of its configurations, also of those whose receipts are on their way to the disk.</summary>
    internal required Dictionary<Digest32, int> Numbers { get; init; }

    /// <summary>What callers asked for that has a number.</summary>
    internal required HashSet<Digest32> Asked { get; init; }

    /// <summary>The largest number given.</summary>
    internal required int Last { get; set; }

    /// <summary>How many requests that run ask for what has no number yet.</summary>
    internal int Reserved { get; set; }

    /// <summary>How many requests run.</summary>
    internal int Running { get; set; }

    internal required bool IsClosed { get; set; }

    /// <summary>Whether the store has it.</summary>
    internal required bool IsStored { get; set; }

    internal required HashSet<Digest32> Prompts { get; init; }

    internal required HashSet<Digest32> Tools { get; init; }
}
