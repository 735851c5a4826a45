using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>What evidence must say to be accepted (spec/attestation.md, "Policy"). Made by reading one; always in canonical form.</summary>
public sealed class AttestationPolicy
{
    /// <summary>Most bytes, as written and in canonical form.</summary>
    public const int MaxLength = 1 << 16;

    internal AttestationPolicy()
    {
    }

    /// <summary>Its name; versions of one policy share it.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Its version, from 1.</summary>
    public ulong Version { get; internal init; }

    /// <summary>When it comes into force; null: always was.</summary>
    public DateTimeOffset? NotBefore { get; internal init; }

    /// <summary>When it ceases to be in force; null: never.</summary>
    public DateTimeOffset? NotAfter { get; internal init; }

    /// <summary>The accepted grades, weakest first.</summary>
    public ImmutableArray<Grade> Grades { get; internal init; } = [];

    /// <summary>How old evidence may be where nobody asked with a nonce.</summary>
    public TimeSpan MaxAge { get; internal init; }

    /// <summary>The builds.</summary>
    public ImmutableArray<PolicyBuild> Builds { get; internal init; } = [];

    /// <summary>The accepted types and their rules, in the order of <see cref="EvidenceType"/>.</summary>
    public ImmutableArray<PolicyTypeRules> Types { get; internal init; } = [];

    /// <summary>Digests of platform identities that are refused.</summary>
    public ImmutableArray<Digest32> RefusedPlatforms { get; internal init; } = [];

    /// <summary>Digests of the only platform identities that are accepted; null: any that isn't refused.</summary>
    public ImmutableArray<Digest32>? AllowedPlatforms { get; internal init; }

    /// <summary>The canonical text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>SHA-256 of the canonical text.</summary>
    public Digest32 Digest { get; private set; }

    /// <summary>The rules for a type; null if it isn't accepted.</summary>
    public PolicyTypeRules? RulesFor(EvidenceType type) => Types.FirstOrDefault(rules => rules.Type == type);

    /// <summary>Reads a policy in any spelling: unordered, with white space.</summary>
    public static AttestationPolicy? TryRead(ReadOnlySpan<byte> utf8, out AttestationPolicyFault? fault) => AttestationPolicyReader.TryRead(utf8, out fault);

    /// <summary>The policy whose canonical text this is; null if there is none.</summary>
    public static AttestationPolicy? TryReadCanonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryRead(Encoding.UTF8.GetBytes(text), out _) is { } policy && policy.Text == text ? policy : null;
    }

    /// <summary>Sets text and digest, once everything else is there.</summary>
    internal AttestationPolicy Complete()
    {
        Text = AttestationPolicyText.Of(this);
        Digest = Digest32.Sha256(Encoding.UTF8.GetBytes(Text));
        return this;
    }
}
