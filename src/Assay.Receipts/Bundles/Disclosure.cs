using System.Globalization;
using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// Selective disclosure: a copy of a bundle that shows the named fields only. Everything else stays as a hash, so the receipt's
/// signature and log proof hold as before.
/// </summary>
/// <remarks>
/// Fields are named as people see them: a leaf (<c>model.name</c>), a whole group (<c>model</c>), all output parts (<c>outputs</c>) or one
/// (<c>outputs.NAME</c>), a message of a chat by its place (<c>messages.0</c>), an attachment (<c>attachments.request</c>, <c>attachments.response</c>, <c>attachments.statement</c>).
/// An attachment is kept only with the leaf that names it, which is then kept too. What was redacted before stays redacted. A proof
/// goes only where model, inputs and outputs go: it opens combinations of them. Evidence of attested hardware and its material always
/// go: they say which machine and which build it was, and nothing of what was asked and answered.
/// </remarks>
public static class Disclosure
{
    private const string Outputs = "outputs";

    private static readonly (string Name, ClaimField NamedBy)[] AttachmentFields =
    [
        ("attachments.request", ClaimRegistry.RequestWireDigest),
        ("attachments.response", ClaimRegistry.OutputWireDigest),
        ("attachments.statement", ClaimRegistry.ModelStatement),
    ];

    /// <summary>Which attachments disclosed leaves name.</summary>
    public static IReadOnlySet<Digest32> Named(DisclosedClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        HashSet<Digest32> named = [.. claims.Digests(ClaimRegistry.RequestMessages) ?? []];
        foreach ((_, ClaimField field) in AttachmentFields)
        {
            if (claims.Digest(field) is { } digest)
            {
                named.Add(digest);
            }
        }

        return named;
    }

    /// <summary>
    /// Redacts what <paramref name="keep"/> doesn't name. Error: <see cref="ReceiptErrors.DiscloseUnknownField"/>, with the name in
    /// <paramref name="unknownField"/>; an output part that the bundle doesn't show counts as unknown.
    /// </summary>
    public static Bundle? Redact(this Bundle bundle, IReadOnlyCollection<string> keep, out string? error, out string? unknownField)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(keep);
        unknownField = keep.FirstOrDefault(name => !IsKnown(bundle, name));
        error = unknownField is null ? null : ReceiptErrors.DiscloseUnknownField;
        if (error is not null)
        {
            return null;
        }

        HashSet<string> names = [.. keep];
        HashSet<ClaimField> namingKept = [.. AttachmentFields.Where(f => names.Contains(f.Name)).Select(static f => f.NamedBy)];
        HashSet<Digest32> kept = [.. Messages(bundle).Where((_, place) => names.Contains(MessageName(place)))];
        if (kept.Count > 0)
        {
            namingKept.Add(ClaimRegistry.RequestMessages);
        }

        DisclosedClaims claims = bundle.Claims.Redact(field =>
            names.Contains(field.Name) || names.Contains(ClaimRegistry.Groups[field.Group]) || namingKept.Contains(field));
        DisclosedOutput output = bundle.Output.Redact(part => names.Contains(Outputs) || names.Contains(Outputs + "." + part));
        kept.UnionWith(AttachmentFields.Where(f => namingKept.Contains(f.NamedBy)).Select(f => claims.Digest(f.NamedBy)).OfType<Digest32>());
        IReadOnlyList<Attachment> attachments = [.. bundle.Attachments.Where(a => kept.Contains(a.Digest))];
        return bundle.Show(claims, output, attachments).WithEndorsements(Endorsements(bundle, claims, output)).WithProof(MayOpen(claims, output) ? bundle.Proof : null);
    }

    // With the salt of a peer's digests, or from what a proof opens, what is left out here could be guessed.
    internal static bool MayOpen(DisclosedClaims claims, DisclosedOutput output) =>
        claims.State(ClaimRegistry.ModelModelId) != LeafState.Redacted && claims.State(ClaimRegistry.RequestInputs) != LeafState.Redacted && output.RedactedCount == 0;

    private static IReadOnlyList<AttachedEndorsement> Endorsements(Bundle bundle, DisclosedClaims claims, DisclosedOutput output) =>
        MayOpen(claims, output)
            ? bundle.Endorsements
            : [.. bundle.Endorsements.Select(static item => item.WithoutOpening())];

    private static IReadOnlyList<Digest32> Messages(Bundle bundle) => bundle.Claims.Digests(ClaimRegistry.RequestMessages) ?? [];

    private static string MessageName(int place) => string.Create(CultureInfo.InvariantCulture, $"messages.{place}");

    private static bool IsKnown(Bundle bundle, string name) =>
        name == Outputs
        || ClaimRegistry.Groups.Contains(name)
        || ClaimRegistry.Find(name) is not null
        || AttachmentFields.Any(f => f.Name == name)
        || Messages(bundle).Where((_, place) => name == MessageName(place)).Any()
        || bundle.Output.Parts.Any(part => part is not null && name == Outputs + "." + part.Name);
}
