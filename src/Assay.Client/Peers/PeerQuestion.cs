using Assay.Receipts;

namespace Assay.Client;

/// <summary>A receipt as peers are asked about it, for any number of peers: what they see before they commit, and what they see then.</summary>
public sealed class PeerQuestion
{
    private static readonly string[] Before = [ClaimRegistry.ModelModelId.Name, ClaimRegistry.ExecutionSemantics.Name, ClaimRegistry.RequestInputs.Name];

    /// <summary>A question.</summary>
    /// <param name="bundle">With inputs, outputs and model disclosed; a peer refuses less. Whatever else it shows, peers don't get.</param>
    public PeerQuestion(Bundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        Bundle = bundle;
        WithoutOutputs = Redacted(bundle, Before);
        WithOutputs = Redacted(bundle, [.. Before, "outputs"]);
    }

    internal Bundle Bundle { get; }

    internal ReadOnlyMemory<byte> WithoutOutputs { get; }

    internal ReadOnlyMemory<byte> WithOutputs { get; }

    // Log proof and what others said are nothing to a peer.
    private static byte[] Redacted(Bundle bundle, string[] keep) => bundle.Redact(keep, out _, out _)!.WithLogProof(null).WithEndorsements([]).Encode();
}
