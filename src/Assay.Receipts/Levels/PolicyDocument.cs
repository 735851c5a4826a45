using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// The policy that a level stands for, with its canonical bytes (spec/levels.md). There are exactly eight; each is built once.
/// The digest of the bytes is in the signed statement.
/// </summary>
public sealed class PolicyDocument
{
    private static readonly PolicyDocument[] Documents = [.. VerificationLevel.All.Select(static level => new PolicyDocument(level))];

    private readonly byte[] _bytes;

    private PolicyDocument(VerificationLevel level)
    {
        Level = level;
        Release = level.AtLeast(VerificationLevel.Replay) ? ReleaseRule.Provisional : ReleaseRule.AfterEvidence;
        ImmutableArray<Requirement>.Builder requirements = ImmutableArray.CreateBuilder<Requirement>();
        requirements.Add(new Requirement(Question.Altered, Basis.Signature));
        requirements.Add(new Requirement(Question.Logged, Basis.Log));
        requirements.AddRange(level.Evidence.Select(static basis => new Requirement(Question.Model, basis)));
        requirements.AddRange(level.Evidence.Select(static basis => new Requirement(Question.ComputedRight, basis)));
        Requirements = requirements.ToImmutable();
        Text = Format();
        _bytes = Encoding.UTF8.GetBytes(Text);
        Digest = Digest32.Sha256(_bytes);
    }

    /// <summary>The level in short.</summary>
    public VerificationLevel Level { get; }

    /// <summary>What must be established, in canonical order.</summary>
    public ImmutableArray<Requirement> Requirements { get; }

    /// <summary>When the answer may be handed out.</summary>
    public ReleaseRule Release { get; }

    /// <summary>The canonical document: JSON without white space.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    public Digest32 Digest { get; }

    /// <summary>The canonical document's UTF-8 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The document of a level.</summary>
    public static PolicyDocument For(VerificationLevel level) => Documents[level.Index];

    /// <summary>The document with this digest, or null: unknown to this version.</summary>
    public static PolicyDocument? Find(in Digest32 digest)
    {
        foreach (PolicyDocument document in Documents)
        {
            if (document.Digest.Equals(digest))
            {
                return document;
            }
        }

        return null;
    }

    /// <summary>The document whose canonical bytes these are, or null: another policy, or this one written otherwise.</summary>
    public static PolicyDocument? TryParse(ReadOnlySpan<byte> utf8)
    {
        foreach (PolicyDocument document in Documents)
        {
            if (utf8.SequenceEqual(document._bytes))
            {
                return document;
            }
        }

        return null;
    }

    private string Format()
    {
        StringBuilder text = new();
        text.Append("{\"profile\":\"").Append(DomainTags.Policy).Append("\",\"level\":\"").Append(Level.ToString()).Append("\",\"require\":[");
        for (int i = 0; i < Requirements.Length; i++)
        {
            text.Append(i == 0 ? "" : ",")
                .Append("{\"question\":\"").Append(PolicyNames.Id(Requirements[i].Question))
                .Append("\",\"by\":[\"").Append(PolicyNames.Id(Requirements[i].By)).Append("\"]}");
        }

        return text.Append("],\"release\":\"").Append(Release == ReleaseRule.Provisional ? "provisional" : "after-evidence").Append("\"}").ToString();
    }
}
