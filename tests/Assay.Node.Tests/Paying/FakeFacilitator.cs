using System.Collections.Concurrent;
using System.Numerics;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Tests.Paying;

/// <summary>A facilitator that does as it is told, and counts. By default everything holds, and is settled once for each nonce.</summary>
internal sealed class FakeFacilitator : IFacilitator
{
    internal static readonly EvmAddress Account = EvmAddress.From(Enumerable.Repeat((byte)0xfa, 20).ToArray());
    private readonly ConcurrentDictionary<Digest32, BigInteger> _settled = new();

    internal Func<PaymentPayload, VerifyReply>? OnVerify { get; set; }

    internal Func<PaymentPayload, SettleReply?>? OnSettle { get; set; }

    internal IReadOnlyList<SupportedKind>? Kinds { get; set; } =
    [
        new(2, "exact", "eip155:84532", null), new(1, "exact", "base-sepolia", null), new(2, "upto", "eip155:84532", Account),
    ];

    internal int Verified;
    internal int Asked;

    /// <summary>What moved, by nonce.</summary>
    internal IReadOnlyDictionary<Digest32, BigInteger> Moved => _settled;

    internal static Digest32 Hash(in Digest32 nonce) => Digest32.Sha256(nonce.Bytes);

    public Task<IReadOnlyList<SupportedKind>?> SupportedAsync(CancellationToken cancellation) => Task.FromResult(Kinds);

    public Task<VerifyReply> VerifyAsync(PaymentPayload payment, PaymentRequirements offer, CancellationToken cancellation)
    {
        Interlocked.Increment(ref Verified);
        return Task.FromResult(OnVerify?.Invoke(payment) ?? new VerifyReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer));
    }

    public Task<SettleReply> SettleAsync(PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        Interlocked.Increment(ref Asked);
        if (OnSettle?.Invoke(payment) is { } said)
        {
            return Task.FromResult(said);
        }

        Assert.True(amount <= offer.Amount);
        if (amount.IsZero)
        {
            return Task.FromResult(new SettleReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer, null, 0));
        }

        // Asked again it tells what became of it.
        Assert.Equal(amount, _settled.GetOrAdd(payment.Transfer.Nonce, amount));
        return Task.FromResult(new SettleReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer, Hash(payment.Transfer.Nonce), amount));
    }

    internal static SettleReply Refused(string reason) => new(FacilitatorOutcome.Refused, reason, null, null, null, null);

    internal static SettleReply Unavailable { get; } = new(FacilitatorOutcome.Unavailable, null, null, null, null, null);
}
