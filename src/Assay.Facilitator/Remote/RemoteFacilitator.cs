using System.Net;
using System.Net.Http.Headers;
using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>
/// Somebody else's facilitator, by x402's HTTP interface (<c>/verify</c>, <c>/settle</c>, <c>/supported</c>). Nothing that it answers
/// throws; what can't be read, or comes too late, is unavailable: a settlement may have happened then.
/// </summary>
public sealed class RemoteFacilitator : IFacilitator
{
    private const ulong SearchBlocks = 5000;

    private readonly FacilitatorChannel _channel;
    private readonly RemoteFacilitatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly ChainClient? _chain;

    /// <summary>A client.</summary>
    /// <param name="http">Sends. It must follow no redirects (<see cref="CreateHttpClient"/>), and its own timeout must not be shorter than the options'.</param>
    /// <param name="address">The facilitator's address, without the last part of the path.</param>
    /// <param name="options">How it asks; null: the defaults.</param>
    /// <param name="clock">The time.</param>
    /// <param name="chain">
    /// A chain to look at where the facilitator refuses to settle: a payment that is settled already, by an answer that was lost or by somebody
    /// else, is found there. Null: the facilitator's word is all.
    /// </param>
    public RemoteFacilitator(HttpClient http, Uri address, RemoteFacilitatorOptions? options, TimeProvider clock, ChainClient? chain = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(address);
        (_options, _clock, _chain) = (options ?? new RemoteFacilitatorOptions(), clock, chain);
        _channel = new FacilitatorChannel(http, address, _options, clock);
    }

    /// <summary>A client that follows no redirects and has no timeout of its own.</summary>
    public static HttpClient CreateHttpClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SupportedKind>?> SupportedAsync(CancellationToken cancellation)
    {
        for (int i = 1; ; i++)
        {
            FacilitatorAnswer? answer = await _channel.SendAsync("/supported", null, _options.VerifyTimeout, cancellation).ConfigureAwait(false);
            if (answer?.Status != HttpStatusCode.TooManyRequests || i >= _options.SupportedTries)
            {
                return answer is { IsSuccess: true } ? FacilitatorAnswers.Supported(answer.Body) : null;
            }

            await Task.Delay(Pause(answer.RetryAfter, i), _clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<VerifyReply> VerifyAsync(PaymentPayload payment, PaymentRequirements offer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offer);
        FacilitatorAnswer? answer = await _channel.SendAsync("/verify", Body(payment, offer, offer.Amount), _options.VerifyTimeout, cancellation).ConfigureAwait(false);
        return answer is null || !answer.IsVerdict || FacilitatorAnswers.Verification(answer.Body) is not { } said
                || (said.IsValid && (!answer.IsSuccess || said.Payer is { } other && other != payment.Transfer.Payer)) || said.Reason == "unexpected_verify_error"
            ? new VerifyReply(FacilitatorOutcome.Unavailable, null, answer is null ? "the facilitator doesn't answer" : $"the facilitator's answer can't be used (HTTP {(int)answer.Status})", null)
            : said.IsValid ? new VerifyReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer)
            : new VerifyReply(FacilitatorOutcome.Refused, said.Reason ?? "invalid", said.Message, said.Payer);
    }

    /// <inheritdoc/>
    public async Task<SettleReply> SettleAsync(PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offer);
        FacilitatorAnswer? answer = await _channel.SendAsync("/settle", Body(payment, offer, amount), _options.SettleTimeout, cancellation).ConfigureAwait(false);
        SettleReply reply = Read(answer, payment, offer, amount);
        return reply.Outcome == FacilitatorOutcome.Refused && _chain is not null ? await LookAsync(_chain, reply, payment.Transfer, offer, amount, cancellation).ConfigureAwait(false) : reply;
    }

    private static SettleReply Read(FacilitatorAnswer? answer, PaymentPayload payment, PaymentRequirements offer, BigInteger amount)
    {
        EvmAddress payer = payment.Transfer.Payer;
        string network = payment.Version == 1 ? payment.Network : offer.Network;
        if (answer is null || SettlementResponse.TryRead(answer.Body) is not { } said || (said.Success && (!answer.IsSuccess || said.Network != network || (said.Payer ?? payer) != payer))
            || (said.Success && said.Transaction is null && !amount.IsZero) || !answer.IsVerdict)
        {
            string why = answer is null ? "the facilitator doesn't answer" : $"the facilitator's answer can't be used (HTTP {(int)answer.Status})";
            return new SettleReply(FacilitatorOutcome.Unavailable, null, why, payer, null, null);
        }

        string? reason = FacilitatorAnswers.Short(said.Reason), message = FacilitatorAnswers.Short(said.Message);
        return said.Success ? new SettleReply(FacilitatorOutcome.Accepted, null, null, payer, said.Transaction, said.Amount)
            : reason == PaymentErrors.SettlementPending ? new SettleReply(FacilitatorOutcome.Pending, reason, message, payer, said.Transaction, said.Amount)
            : reason == "unexpected_settle_error" ? new SettleReply(FacilitatorOutcome.Unavailable, reason, message, payer, said.Transaction, null)

            // An Assay facilitator tells others' servers only once that a payment is settled, and then that it is used, and by which transaction.
            : reason is PaymentErrors.NonceUsed or PaymentErrors.Permit2Nonce && said.Transaction is not null
                ? new SettleReply(FacilitatorOutcome.Accepted, null, null, payer, said.Transaction, said.Amount)
            : new SettleReply(FacilitatorOutcome.Refused, reason ?? "invalid", message, payer, said.Transaction, null);
    }

    private static async Task<SettleReply> LookAsync(ChainClient chain, SettleReply reply, SignedTransfer transfer, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        // An unused nonce moved nothing, and needs no search, which many servers refuse for so many blocks: the payer would never be told.
        if ((await new TokenReads(chain).IsUsedAsync(transfer, offer, cancellation).ConfigureAwait(false)).Value is { Flag: false })
        {
            return reply;
        }

        RpcReply<ulong> newest = await chain.BlockNumberAsync(cancellation).ConfigureAwait(false);
        if (!newest.TryGet(out ulong block))
        {
            return reply with { Outcome = FacilitatorOutcome.Unavailable };
        }

        (bool known, ChainTransaction? found) = await new SettlementSearch(chain).FindAsync(transfer, offer, amount, block - Math.Min(block, SearchBlocks), cancellation).ConfigureAwait(false);
        return !known ? reply with { Outcome = FacilitatorOutcome.Unavailable }
            : found is null ? reply
            : new SettleReply(FacilitatorOutcome.Accepted, null, null, transfer.Payer, found.Hash, amount);
    }

    private byte[] Body(PaymentPayload payment, PaymentRequirements offer, BigInteger amount) =>
        new FacilitatorRequest(payment, offer, amount).Write(new PaymentResource(payment.ResourceUrl ?? _options.Resource, "", "application/json"));

    private TimeSpan Pause(RetryConditionHeaderValue? header, int tries)
    {
        TimeSpan said = header?.Delta ?? (header?.Date is { } date ? date - _clock.GetUtcNow() : TimeSpan.Zero);
        TimeSpan pause = said > TimeSpan.Zero ? said : TimeSpan.FromSeconds(1 << Math.Min(tries - 1, 5));
        return pause < _options.MaxPause ? pause : _options.MaxPause;
    }
}
