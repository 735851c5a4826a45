using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Models.Hub;

/// <summary>
/// What a publisher says about a model for people: licence, classes, task, use (docs/hub.md). It is content, named by the
/// digest of its bytes; what it says has no part in the model's identity, and nothing of it is proven.
/// </summary>
public sealed record ModelCard
{
    /// <summary>Most bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Most bytes of a licence's text.</summary>
    public const int MaxLicenceBytes = 1 << 20;

    /// <summary>The bytes as the publisher wrote them.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public required Digest32 Digest { get; init; }

    /// <summary>The name that the publisher proposes; null if it proposes none.</summary>
    public string? Name { get; init; }

    /// <summary>One line; empty if unsaid.</summary>
    public string Description { get; init; } = "";

    /// <summary>What it mustn't be used for, or what to know before; empty if unsaid.</summary>
    public string Warning { get; init; } = "";

    /// <summary>The licence; null if unsaid, which grants nothing.</summary>
    public SpdxExpression? Licence { get; init; }

    /// <summary>The file with the licence's text, beside the card; null if there is none.</summary>
    public string? LicenceFile { get; init; }

    /// <summary>SHA-256 of that text; null exactly when there is no file.</summary>
    public Digest32? LicenceText { get; init; }

    /// <summary>What it is for, such as <c>decision</c>; null if unsaid.</summary>
    public string? DeclaredUse { get; init; }

    /// <summary>What it does, such as <c>image-classification</c>; null if unsaid.</summary>
    public string? Task { get; init; }

    /// <summary>Names of the classes, in the order of the output.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>Words to find it by.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Who made it.</summary>
    public ImmutableArray<string> Authors { get; init; } = [];

    /// <summary>What it was made from: papers, repositories, data.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>Where it is at home; null if unsaid.</summary>
    public string? Homepage { get; init; }

    /// <summary>Reads a card (a <c>model.json</c>); null with the first problem. Never throws; keeps <paramref name="json"/>.</summary>
    public static ModelCard? TryRead(ReadOnlyMemory<byte> json, out CardProblem? problem) => CardReader.TryRead(json, out problem);

    /// <summary>Cards are their bytes.</summary>
    public bool Equals(ModelCard? other) => other is not null && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode();
}
