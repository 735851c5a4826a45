using System.Text;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Finds the policy that a statement names by its digest.</summary>
internal static class RequestedPolicy
{
    /// <summary>One of the eight levels, what the receipt discloses, or what the caller has; null: unknown to this verifier.</summary>
    public static PolicyDocument? Find(Bundle bundle, VerificationInput? input)
    {
        ReceiptStatement statement = bundle.Envelope.Statement;
        if (PolicyDocument.Find(statement.Policy) is { } level)
        {
            return level;
        }

        // The text counts only if it is the one canonical spelling and has the digest that was signed.
        PolicyDocument?[] candidates =
        [
            bundle.Claims.Text(ClaimRegistry.RequestPolicy) is { } text ? PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(text)) : null,
            input?.AskedPolicy,
            input?.Policy,
        ];
        return candidates.FirstOrDefault(candidate => candidate is not null && candidate.Digest == statement.Policy);
    }
}
