namespace Assay.Models.Registration;

/// <summary>Why a model was not registered.</summary>
/// <param name="Code">Stable: one of <see cref="Import.OnnxErrors"/>, <see cref="Data.NpyErrors"/>, <see cref="Data.DataErrors"/>, <see cref="Quantization.QuantizeErrors"/>.</param>
/// <param name="Node">The ONNX node at fault, if one is.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Message">What is wrong, in words.</param>
/// <param name="Hint">The nearest thing that would work, if there is one.</param>
public sealed record RegistrationError(string Code, string? Node, string? Operator, string Message, string? Hint)
{
    public override string ToString()
    {
        string place = Node is null ? string.Empty : $" at node '{Node}' ({Operator})";
        return $"{Code}{place}: {Message}" + (Hint is null ? string.Empty : $" Try: {Hint}");
    }
}
