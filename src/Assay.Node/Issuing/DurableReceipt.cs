using System.Text;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>A receipt as it is stored: its whole bundle, without what the log adds.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogIndex">Its place in the log.</param>
/// <param name="Bundle">The bundle, without log proof and endorsements.</param>
/// <param name="Seed">What its <see cref="ReadSecret"/> follows from; empty if it was read without the secret that opens it.</param>
internal sealed record DurableReceipt(ReceiptId Id, ulong LogIndex, Bundle Bundle, ReadOnlyMemory<byte> Seed)
{
    /// <summary>The policy that it was asked for under; null if the node never had it, or can't read it.</summary>
    internal PolicyDocument? Policy { get; } = PolicyOf(Bundle);

    private static PolicyDocument? PolicyOf(Bundle bundle) =>
        PolicyDocument.Find(bundle.Envelope.Statement.Policy)
        ?? (bundle.Claims.Text(ClaimRegistry.RequestPolicy) is { } text ? PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(text)) : null);
}
