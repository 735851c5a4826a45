using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Counters;

/// <summary>
/// Reads a counter out of a bundle. Only what is really signed is a sighting: statement and claims under the signature, with the
/// API key shown; otherwise anybody could make evidence up. Whether the receipt is otherwise good doesn't matter here: a
/// node that signed a counter twice did so in bad receipts too.
/// </summary>
public static class CounterSightings
{
    private static readonly string[] Signed =
        [CheckCodes.BundleDecode, CheckCodes.KeySetDigest, CheckCodes.BatchInclusion, CheckCodes.BatchSignature, CheckCodes.ClaimsRoot];

    private static readonly string[] Logged = [CheckCodes.LogCheckpoint, CheckCodes.LogInclusion, CheckCodes.LogEntry];

    /// <summary>Reads one bundle.</summary>
    /// <param name="source">Where it came from, for people.</param>
    /// <param name="input">The bundle, and whom to trust; without a trust file and first use, any key set counts.</param>
    /// <param name="apiKey">The key's name as receipts have it.</param>
    /// <param name="error">Why it isn't a sighting: <c>counter/unsigned</c>, <c>counter/key-hidden</c>, <c>counter/other-key</c> or the code why it can't be read.</param>
    public static CounterSighting? Read(string source, VerificationInput input, string apiKey, out string? error)
    {
        ArgumentNullException.ThrowIfNull(input);
        Bundle? bundle = Bundle.TryDecode(input.Bundle, out error);
        if (bundle is null)
        {
            return null;
        }

        Dictionary<string, CheckResult> checks = Verifier.Verify(input).Checks.ToDictionary(static c => c.Code, static c => c.Result);
        bool isTrusted = input.Trust is null || checks[CheckCodes.KeySetTrusted] == CheckResult.Pass;
        if (!isTrusted || Signed.Any(code => checks[code] != CheckResult.Pass))
        {
            error = CounterErrors.Unsigned;
            return null;
        }

        string? named = bundle.Claims.Text(ClaimRegistry.PartiesApiKey);
        if (named != apiKey)
        {
            error = named is null ? CounterErrors.KeyHidden : CounterErrors.OtherKey;
            return null;
        }

        bool isLogged = Logged.All(code => checks[code] == CheckResult.Pass);
        ReceiptStatement statement = bundle.Envelope.Statement;
        return new CounterSighting(source, bundle.KeySet.Origin, bundle.KeySet.Digest, statement.Counter, bundle.Envelope.Digest, statement.Id, isLogged ? bundle.LogProof?.Index : null, bundle);
    }
}
