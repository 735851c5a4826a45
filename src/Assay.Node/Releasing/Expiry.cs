using Assay.Files;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Receipts;

namespace Assay.Node.Releasing;

/// <summary>Logs that evidence which a policy asked for didn't come in time, in the node's own name.</summary>
internal sealed class Expiry(NodeIdentity identity, ReceiptIssuer issuer, TimeProvider time, Action<string> warn)
{
    /// <summary>Says it of one receipt and one basis.</summary>
    internal async Task SayAsync(DurableReceipt receipt, Basis by)
    {
        try
        {
            Endorsement expired = Endorsement.Create(
                receipt.Bundle.Envelope.Digest, Endorsement.QuestionsOfReplay, by, EndorsementFinding.Expired, null, time.GetUtcNow(), identity.ReceiptSigner);
            await issuer.EndorseAsync(receipt.Id, AttachedEndorsement.Create(expired, null, null, null)).ConfigureAwait(false);
        }
        catch (KeyException e)
        {
            // Without it the answer is as little released as with it.
            warn($"assay: warning: 'expired' of receipt {receipt.Id} can't be signed: {e.Message}");
        }
    }
}
