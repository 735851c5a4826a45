using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>A TDX module that Intel knows: the first (no id, no levels), or one by its major version (<c>TDX_01</c>).</summary>
internal sealed record TdxModule(string? Id, ReadOnlyMemory<byte> MrSigner, ReadOnlyMemory<byte> Attributes, ReadOnlyMemory<byte> AttributesMask, ImmutableArray<IsvLevel> Levels)
{
    /// <summary>Whether the module that a quote names is this one. Attributes must be zero besides: none is defined for modules in production.</summary>
    internal bool Is(TdReportBody td) =>
        td.MrSignerSeam.Span.SequenceEqual(MrSigner.Span)
        && Masked.Equal(td.SeamAttributes.Span, Attributes.Span, AttributesMask.Span)
        && !td.SeamAttributes.Span.ContainsAnyExcept((byte)0);
}
