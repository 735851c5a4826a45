namespace Assay.Models.Import;

/// <summary>Why a file was not imported.</summary>
/// <param name="Code">One of <see cref="OnnxErrors"/>.</param>
/// <param name="Node">The node's name, or its first output's if it has none; null if no node is at fault.</param>
/// <param name="Operator">The node's operator; null if no node is at fault.</param>
/// <param name="Message">What is wrong, in words.</param>
/// <param name="Hint">The nearest thing that would work, if there is one.</param>
public sealed record ImportError(string Code, string? Node, string? Operator, string Message, string? Hint)
{
    public override string ToString()
    {
        string place = Node is null ? string.Empty : $" at node '{Node}' ({Operator})";
        return $"{Code}{place}: {Message}" + (Hint is null ? string.Empty : $" Try: {Hint}");
    }
}
