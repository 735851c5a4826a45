using System.Collections.Concurrent;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Assay.Node.Serving;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>
/// Where requests are paid for (spec/payment.md): offers; a payment that fits one of them, taken once and durably before any work; and money only for
/// an answer that passed the gate.
/// </summary>
internal sealed class PaymentDesk(
    PriceList prices, PaymentStore store, PayerGate gate, FacilitatorWatch watch, IFacilitator facilitator, Settler settler, PrepaidDesk prepaid, OfferBook book,
    ReceiptReader receipts, TimeProvider time)
{
    // For the facilitator's own checks, and for the transaction to get into a block.
    private const long MarginSeconds = 6;

    private readonly ConcurrentDictionary<string, Flight> _flights = new(StringComparer.Ordinal);

    /// <summary>What the node sells, and for what.</summary>
    internal PriceList Prices => prices;

    /// <summary>Whether a model costs something.</summary>
    internal bool Sells(string model) => prices.For(model).Modes != PaymentModes.Off;

    /// <summary>Whether a request without a payment of its own is paid from its caller's balance.</summary>
    internal bool TakesBalance(ISoldRequest request) => prices.For(request.Terms.Name).Modes.HasFlag(PaymentModes.Prepaid) && request.Caller.Name != Keys.ApiKey.AnonymousName;

    /// <summary>Holds what a request can cost at most, for work that is done elsewhere; or says why not.</summary>
    internal async Task<(PrepaidHold? Hold, ISoldWork? Work, PaidAnswer? Refused)> HoldAsync(PaidCall call)
    {
        try
        {
            ModelPrices sold = prices.For(call.Request.Terms.Name);
            if (call.Request.Prepare(null, out ISoldWork? work) is { } error)
            {
                return (null, null, PaidAnswer.Refused(error));
            }

            (PrepaidHold? hold, NodeError? refused) = await prepaid.HoldAsync(work!, sold).ConfigureAwait(false);
            return (hold, work, hold is null ? Short(call, sold, PaidAnswer.Refused(refused!)) : null);
        }
        catch (PaymentStoreException)
        {
            return (null, null, PaidAnswer.Refused(PaymentRefusals.StoreFaulted));
        }
    }

    // Who has too little may pay otherwise.
    private PaidAnswer Short(PaidCall call, ModelPrices sold, PaidAnswer answer) =>
        answer.Error?.Code == PaymentRefusals.PrepaidEmpty && sold.Modes.HasFlag(PaymentModes.X402) && !call.Request.IsConfidential ? Offer(call, answer.Error) : answer;

    /// <summary>Answers a request, or says what it costs.</summary>
    internal async Task<PaidAnswer> AnswerAsync(PaidCall call)
    {
        try
        {
            ISoldRequest request = call.Request;
            ModelPrices sold = prices.For(request.Terms.Name);
            bool byPayment = sold.Modes.HasFlag(PaymentModes.X402);
            if (call.Payment is not null)
            {
                return request.IsConfidential ? PaidAnswer.Refused(PaymentRefusals.Confidential)
                    : byPayment ? await PayAsync(call).ConfigureAwait(false)
                    : PaidAnswer.Refused(PaymentRefusals.NotTaken(request.Name));
            }

            if (sold.Modes == PaymentModes.Off)
            {
                NodeError? refused = request.Prepare(null, out ISoldWork? free);
                (InferenceReply? reply, refused) = refused is null ? await free!.RunAsync(free.Plans[0], null, CancellationToken.None).ConfigureAwait(false) : (null, refused);
                return new PaidAnswer { Reply = reply, Error = refused };
            }

            if (TakesBalance(request))
            {
                return Short(call, sold, await prepaid.AnswerAsync(request, sold, call.Gone).ConfigureAwait(false));
            }

            return !byPayment ? PaidAnswer.Refused(PaymentRefusals.KeyNeeded(request.Name))
                : request.IsConfidential ? PaidAnswer.Refused(PaymentRefusals.Confidential)
                : Offer(call, PaymentRefusals.Unpaid(request));
        }
        catch (PaymentStoreException)
        {
            return PaidAnswer.Refused(PaymentRefusals.StoreFaulted);
        }
    }

    // A refusal with all that could be paid instead.
    private PaidAnswer Offer(PaidCall call, NodeError why)
    {
        NodeError? error = call.Request.Prepare(prices.For(call.Request.Terms.Name).Levels, out ISoldWork? prepared);
        IReadOnlyList<MadeOffer> offers = error is null ? OfferMaker.Make(prepared!, prices, watch.Kinds, out error) : [];
        return error is not null ? PaidAnswer.Refused(error) : book.Refuse(call, offers, why, watch.Kinds);
    }

    private async Task<PaidAnswer> PayAsync(PaidCall call)
    {
        if (PayloadReader.TryReadHeader(call.Payment!, call.Version, out string? code) is not { } payment)
        {
            return PaidAnswer.Refused(PaymentRefusals.Malformed(code!));
        }

        string identity = PaymentIdentity.Of(payment.Transfer, prices.File);
        Digest32 request = call.Request.Key, payload = Digest32.Sha256(payment.Json.Span);
        using Flight mine = new(request, payload);
        using CancellationTokenRegistration waiting = mine.Join(call.Gone);
        Flight flight = _flights.GetOrAdd(identity, mine);
        if (flight != mine)
        {
            if (!flight.IsSame(request, payload))
            {
                return PaidAnswer.Refused(PaymentRefusals.Used);
            }

            using CancellationTokenRegistration joined = flight.Join(call.Gone);
            return await flight.Answer.WaitAsync(call.Gone).ConfigureAwait(false);
        }

        try
        {
            PaidAnswer answer = await PayOnceAsync(call, payment, identity, request, mine).ConfigureAwait(false);
            _flights.TryRemove(identity, out _);
            mine.End(answer);
            return answer;
        }
        catch (Exception e)
        {
            _flights.TryRemove(identity, out _);
            mine.End(e);
            throw;
        }
    }

    private async Task<PaidAnswer> PayOnceAsync(PaidCall call, PaymentPayload payment, string identity, Digest32 request, Flight flight)
    {
        if (store.Find(identity) is { } known)
        {
            return known.Request == request && known.Payload.AsSpan().SequenceEqual(payment.Json.Span) ? await AgainAsync(known).ConfigureAwait(false) : PaidAnswer.Refused(PaymentRefusals.Used);
        }

        NodeError? error = call.Request.Prepare(prices.For(call.Request.Terms.Name).Levels, out ISoldWork? prepared);
        IReadOnlyList<MadeOffer> offers = error is null ? OfferMaker.Make(prepared!, prices, watch.Kinds, out error) : [];
        if (error is not null)
        {
            return PaidAnswer.Refused(error);
        }

        if (Refuse(call, payment, offers, out MadeOffer? chosen) is { } refused)
        {
            return book.Refuse(call, offers, refused, watch.Kinds);
        }

        // Clients that repeat a request by themselves after a 503 sign anew: until the first payment for it is settled, they are given what that one pays for.
        if (store.FindOwed(payment.Transfer.Payer, request, chosen!.Terms.Text) is { } owed && settler.IsLate(owed.Identity))
        {
            return await AgainAsync(owed).ConfigureAwait(false);
        }

        (IDisposable? place, error) = await gate.EnterAsync(payment.Transfer.Payer, flight.Abandoned).ConfigureAwait(false);
        if (place is null)
        {
            return PaidAnswer.Refused(error!);
        }

        try
        {
            VerifyReply verdict = await facilitator.VerifyAsync(payment, chosen.Terms, flight.Abandoned).ConfigureAwait(false);
            if (verdict.Outcome != FacilitatorOutcome.Accepted)
            {
                return verdict.Outcome == FacilitatorOutcome.Refused
                    ? book.Refuse(call, offers, PaymentRefusals.Invalid(verdict.Reason ?? "unexpected_verify_error"), watch.Kinds)
                    : PaidAnswer.Refused(PaymentRefusals.FacilitatorUnavailable);
            }

            StoredPayment reserved = new()
            {
                Identity = identity,
                State = PaymentState.Reserved,
                Payer = payment.Transfer.Payer,
                Request = request,
                Identifier = payment.PaymentIdentifier,
                Offer = chosen.Terms.Text,
                Payload = payment.Json.ToArray(),
                Resource = call.Resource.AbsoluteUri,
                Created = time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            return await store.ReserveAsync(reserved).ConfigureAwait(false) is { } other
                ? PaidAnswer.Refused(other.Identity == identity ? PaymentRefusals.Used : PaymentRefusals.IdentifierUsed)
                : await WorkAsync(prepared!, chosen, payment, reserved, flight).ConfigureAwait(false);
        }
        finally
        {
            settler.LeaveOnceSettled(identity, place);
        }
    }

    // From here on the identity is taken; whatever happens before the node is owed gives it back.
    private async Task<PaidAnswer> WorkAsync(ISoldWork work, MadeOffer chosen, PaymentPayload payment, StoredPayment reserved, Flight flight)
    {
        LevelPrice price = prices.For(work.Request.Terms.Name).Of(chosen.Plan.Policy.LeastLevel)!;
        System.Numerics.BigInteger Charge(RunMeasure? done) => chosen.Terms.Scheme != PaymentRequirements.Upto ? chosen.Terms.Amount : done is { } measure ? price.Measured(measure) : 0;
        bool isOwed = false;
        try
        {
            PaidFor paid = new(reserved.Offer, System.Text.Encoding.UTF8.GetString(reserved.Payload), done => PriceText.Charged(Charge(done), chosen.Terms));
            (InferenceReply? reply, NodeError? error) = await work.RunAsync(chosen.Plan, paid, flight.Abandoned).ConfigureAwait(false);
            if (error is not null)
            {
                return PaidAnswer.Refused(error);
            }

            // Settling it now could only fail (facilitators want as much), and it isn't the payer's fault.
            if (OfferMatch.Untimely(payment.Transfer, time.GetUtcNow().ToUnixTimeSeconds(), MarginSeconds) is not null)
            {
                return PaidAnswer.Refused(PaymentRefusals.Expired);
            }

            StoredPayment owed = reserved with { State = PaymentState.Owed, Receipt = reply!.ReceiptId, Charge = Charge(reply.Measure) };
            await store.OweAsync(owed.Identity, reply.ReceiptId, owed.Charge).ConfigureAwait(false);
            isOwed = true;
            return Told(await settler.SettleAsync(owed, new PaymentAtHand(payment, chosen.Terms, reply.Digest)).ConfigureAwait(false), reply);
        }
        finally
        {
            if (!isOwed)
            {
                await store.ReleaseAsync(reserved.Identity).ConfigureAwait(false);
            }
        }
    }

    private async Task<PaidAnswer> AgainAsync(StoredPayment known)
    {
        Settled settled = known.State switch
        {
            PaymentState.Settled => new Settled(FacilitatorOutcome.Accepted, known.Response),
            PaymentState.Failed => new Settled(FacilitatorOutcome.Refused, known.Response),
            _ => await settler.SettleAsync(known).ConfigureAwait(false),
        };
        return Told(settled, settled.Outcome == FacilitatorOutcome.Accepted ? StoredAnswer.Read(receipts, known.Receipt!.Value) : null);
    }

    private static PaidAnswer Told(Settled settled, InferenceReply? reply) => settled.Outcome switch
    {
        FacilitatorOutcome.Accepted => new PaidAnswer { Reply = reply, Settlement = settled.Response },
        FacilitatorOutcome.Refused => new PaidAnswer { Error = PaymentRefusals.Unsettled(SettlementResponse.TryRead(settled.Response)?.Reason ?? "unexpected_settle_error"), Settlement = settled.Response },
        _ => PaidAnswer.Refused(PaymentRefusals.Pending),
    };

    // Everything that can be said without asking anybody.
    private NodeError? Refuse(PaidCall call, PaymentPayload payment, IReadOnlyList<MadeOffer> offers, out MadeOffer? chosen)
    {
        PaymentRequirements? found = OfferMatch.Find(payment, [.. offers.Select(static offer => offer.Terms)]);
        chosen = offers.FirstOrDefault(offer => ReferenceEquals(offer.Terms, found));
        if (chosen is null || (payment.Version == 1 && !(watch.Kinds.ExactV1 && call.Request.TakesV1)))
        {
            return PaymentRefusals.NoOffer;
        }

        // What the model took before, it will take now; a payment must outlast it.
        long work = (long)Math.Ceiling((call.Request.Milliseconds ?? 0) / 1000);
        return payment.ResourceUrl is { } url && !IsThisPath(url, call.Resource) ? PaymentRefusals.OtherResource
            : (OfferMatch.Misfit(payment.Transfer, chosen.Terms) ?? OfferMatch.Untimely(payment.Transfer, time.GetUtcNow().ToUnixTimeSeconds(), MarginSeconds + work)) is { } reason ? PaymentRefusals.Invalid(reason)
            : OfferMatch.IsBound(payment, chosen.Terms) == false ? PaymentRefusals.Unbound
            : payment.Transfer.IsSigned(chosen.Terms) ? null
            : PaymentRefusals.Invalid(payment.Transfer.Method == TransferMethod.Eip3009 ? PaymentErrors.Signature : PaymentErrors.Permit2Signature);
    }

    private static bool IsThisPath(string url, Uri resource) =>
        Uri.TryCreate(resource, url, out Uri? named) && Uri.UnescapeDataString(named.AbsolutePath) == Uri.UnescapeDataString(resource.AbsolutePath);
}
