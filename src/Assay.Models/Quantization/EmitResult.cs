using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>A model, or why there is none.</summary>
internal sealed record EmitResult(ExactModel? Model, ImmutableArray<QuantizedLayer> Layers, EmitError? Error);

/// <summary>Why no program was made.</summary>
/// <param name="Code">One of <see cref="QuantizeErrors"/>.</param>
/// <param name="Node">The node at fault, if one is.</param>
/// <param name="Message">In words.</param>
internal sealed record EmitError(string Code, FloatNode? Node, string Message)
{
    /// <summary>The layer whose result must get narrower before a later layer's sum fits; null if that wouldn't help.</summary>
    public FloatNode? Narrower { get; init; }
}
