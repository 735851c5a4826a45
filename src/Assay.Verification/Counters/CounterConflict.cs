using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Receipts;

namespace Assay.Verification.Counters;

/// <summary>
/// Two receipts of one node, signed under one key set, for one API key, with one counter: the proof that a number was given twice.
/// CBOR <c>{1: "assay/counter-conflict/v1", 2: bundle, 3: bundle}</c>, the lower digest first, everything but the API key's name redacted.
/// </summary>
public sealed class CounterConflict
{
    /// <summary>Most bytes of a file: two bundles without contents are a few kilobytes.</summary>
    public const int MaximumLength = 1 << 20;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.CounterConflict);

    private CounterConflict(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        First = first;
        Second = second;
    }

    /// <summary>The bundle with the lower digest.</summary>
    public ReadOnlyMemory<byte> First { get; }

    /// <summary>The other one.</summary>
    public ReadOnlyMemory<byte> Second { get; }

    /// <summary>Makes the file's content from two receipts; what they hold beyond their numbers is left out.</summary>
    public static CounterConflict Of(CounterSighting a, CounterSighting b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (a, b) = Digest32.Compare(a.Digest, b.Digest) <= 0 ? (a, b) : (b, a);
        return new CounterConflict(Bare(a.Bundle), Bare(b.Bundle));
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(First.Length + Second.Length + 64);
        writer.WriteMapHeader(3);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.CounterConflict);
        writer.WriteUInt(2);
        writer.WriteBytes(First.Span);
        writer.WriteUInt(3);
        writer.WriteBytes(Second.Span);
        return writer.ToArray();
    }

    /// <summary>Reads a file. Errors: <c>counter/conflict-layout</c>, <c>cbor/…</c>. Nothing is checked yet.</summary>
    public static CounterConflict? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = CounterErrors.ConflictLayout;
        if (bytes.Length > MaximumLength)
        {
            return null;
        }

        CborReader reader = new(bytes.Span);
        int pairs = reader.ReadMapHeader();
        reader.MapKey(1);
        bool isOurs = reader.ReadTextUtf8().SequenceEqual(Profile) && pairs == 3;
        reader.MapKey(2);
        byte[] first = reader.ReadBytes().ToArray();
        reader.MapKey(3);
        byte[] second = reader.ReadBytes().ToArray();
        reader.End();
        error = reader.Error ?? (isOurs ? null : CounterErrors.ConflictLayout);
        return error is null ? new CounterConflict(first, second) : null;
    }

    /// <summary>Checks whether the two receipts really show it. They carry the key set; whether that is the node's you know from elsewhere.</summary>
    /// <param name="now">The verifier's clock.</param>
    /// <param name="error">Null if they do; otherwise why not.</param>
    /// <param name="first">What the first one is, if it can be read.</param>
    /// <param name="second">What the second one is.</param>
    public CheckResult Check(DateTimeOffset now, out string? error, out CounterSighting? first, out CounterSighting? second)
    {
        second = null;
        first = Read(First, now, out error);
        if (first is null)
        {
            return CheckResult.NotEvaluated;
        }

        second = Read(Second, now, out error);
        if (second is null)
        {
            return CheckResult.NotEvaluated;
        }

        bool conflict = first.KeySet == second.KeySet && first.Counter == second.Counter && first.Digest != second.Digest
            && first.Bundle.Claims.Text(ClaimRegistry.PartiesApiKey) == second.Bundle.Claims.Text(ClaimRegistry.PartiesApiKey);
        error = conflict ? null : CounterErrors.ConflictNone;
        return conflict ? CheckResult.Pass : CheckResult.Fail;
    }

    private static CounterSighting? Read(ReadOnlyMemory<byte> bytes, DateTimeOffset now, out string? error)
    {
        Bundle? bundle = Bundle.TryDecode(bytes, out error);
        string? apiKey = bundle?.Claims.Text(ClaimRegistry.PartiesApiKey);
        if (bundle is null || apiKey is null)
        {
            error ??= CounterErrors.KeyHidden;
            return null;
        }

        return CounterSightings.Read("conflict", new VerificationInput { Bundle = bytes, Now = now, FirstUse = true }, apiKey, out error);
    }

    private static byte[] Bare(Bundle bundle) =>
        (bundle.Redact([ClaimRegistry.PartiesApiKey.Name], out string? error, out _) ?? throw new InvalidOperationException(error)).Encode();
}
