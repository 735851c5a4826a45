namespace Assay.Testing.Attestation;

/// <summary>A synthetic TDX module of a major version.</summary>
public sealed record SyntheticTdxModule(string Id, params SyntheticIsvLevel[] Levels)
{
    /// <summary>Its signer; Intel's are zeros.</summary>
    public byte[] MrSigner { get; init; } = new byte[48];

    /// <summary>Attributes that it must have.</summary>
    public byte[] Attributes { get; init; } = new byte[8];
}
