using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private const string PaidRequired = """{"require":[{"question":"paid","by":["settlement"]}]}""";

    /// <summary>The vectors of spec/vectors/payment-receipts: paid requests by each method.</summary>
    public static IReadOnlyList<VectorCase> OfPayments { get; } = BuildPayments();

    private static List<VectorCase> BuildPayments()
    {
        using VectorCatalogue catalogue = new(empty: true);
        catalogue.AddPaid();
        catalogue.AddUnsettled();
        catalogue.AddOffers();
        catalogue.AddPayloads();
        catalogue.AddSettlements();
        return catalogue._cases;
    }

    private static Func<VectorCase, VectorCase> Asking(params ChainTransaction[] transactions) => vector => vector with { Policy = PaidRequired, Chain = Purchase.Facts(transactions) };

    private Purchase By(TransferMethod method) => new(_world, method);

    private Purchase Eip3009 => By(TransferMethod.Eip3009);

    private Purchase Permit2 => By(TransferMethod.Permit2);

    private Purchase Upto => By(TransferMethod.Permit2Upto);

    private void AddPaid()
    {
        void Paid(string name, string note, Purchase purchase, Func<VectorCase, VectorCase>? with = null) =>
            Met(name, note, purchase.Settled().Encode(), with ?? Asking(purchase.Transaction));

        foreach ((string name, Purchase purchase) in new[] { ("eip3009", Eip3009), ("permit2", Permit2), ("upto", Upto) })
        {
            Paid($"paid-{name}", "Paid, settled, and on the chain; the payer's signature covers the offer.", purchase);
            Paid($"paid-{name}-not-bound", "The payer's signature covers the payment only, as x402's own clients sign it.", purchase with { Bound = false });
        }

        Paid("paid-upto-all", "All that may be charged is charged.", Upto with { Charge = 10_000 });
        Paid("paid-version-1", "A payment by version 1, which says neither model nor body.", Eip3009 with { Version = 1, Bound = false });
        Paid("paid-at-replay", "The offer's level is one of evidence.", Eip3009 with { Policy = PolicyDocument.For(VerificationLevel.Replay) });
        Paid("paid-by-policy", "The request named a policy; the offer names the least level that has its bases.", Eip3009 with
        {
            Policy = PolicyDocument.TryRead(Encoding.UTF8.GetBytes("""{"require":[{"question":"computed-right","by":["zk","replay"]},{"question":"paid"}]}"""), out _)!,
        });
        Purchase sponsored = Permit2;
        SettlingCall withPermit = SettlingCall.For(sponsored.Transfer, sponsored.Offer, sponsored.Charged, new SponsoredPermit(sponsored.Charged, Purchase.Issued + 60, Purchase.Payer.Sign(Purchase.Hash())));
        Paid("paid-permit2-with-permit", "Settled with an allowance that the payer signed for Permit2.", sponsored, Asking(sponsored.Transaction with { Input = withPermit.Data }));
        Paid("paid-permit2-suffix", "Something stands behind the call's arguments, which the proxy doesn't read.", Permit2, Asking(Permit2.Transaction with { Input = (byte[])[.. Permit2.Transaction.Input.Span, .. "suffix"u8] }));
        Paid("paid-together-with-more", "One transaction settles this payment, and a greater one of the same payer.", Eip3009,
            Asking(Eip3009.Transaction with { Logs = [.. Eip3009.TransactionOf(Eip3009.Transfer with { Nonce = Purchase.Hash("another nonce") }, moved: 20_000).Logs, .. Eip3009.Transaction.Logs] }));
        Paid("paid-deep-enough", "Three blocks were wanted, and there are three.", Eip3009, v => Asking(Eip3009.Transaction)(v) with { Confirmations = 3 });
        Paid("paid-among-transactions", "Other chains and other transactions take nothing away.", Eip3009, v => v with
        {
            Policy = PaidRequired,
            Chain = Purchase.Facts([1, 84532], Eip3009.Transaction with { ChainId = 1, Succeeded = false }, Eip3009.Transaction with { Hash = Purchase.Hash("x"), To = null }, Eip3009.Transaction),
        });
        Paid("paid-not-required", "Nobody requires that it was paid, and no chain was asked.", Eip3009, static v => v);
        Digest32 receipt = Decoded(Eip3009.Parts()).Envelope.Digest;
        Met("paid-logged", "The endorsement is logged, under a checkpoint of its own.", Eip3009.Settled(null, Eip3009.Endorse(receipt).WithLogProof(LogOf(Eip3009.Endorse(receipt)))).Encode(), Asking(Eip3009.Transaction));
        Met("paid-twice-endorsed", "The node named another transaction first, which isn't on the chain.", Eip3009.Settled(null, Eip3009.Endorse(receipt, Eip3009.Evidence with { Transaction = Purchase.Hash("lost") }), Eip3009.Endorse(receipt)).Encode(), Asking(Eip3009.Transaction));
        Met("paid-prepaid", "Taken from a balance: nothing here can show that.", _world.Parts(_world.Answer() with { PaymentPrice = PriceText.Prepaid("0.01", "USD") }).Encode());
        Met("paid-and-replayed-by-a-peer", "What a peer says and what the node says of its payment stand side by side.", Eip3009.Settled(null, Eip3009.Endorse(receipt), new Peer("p1").Endorse(Decoded(Eip3009.Parts()))).Encode(),
            v => v with { Require = VerificationLevel.Replay, Trust = v.Trust + new Peer("p1").TrustLine });
    }

    // Nothing is wrong, and nothing shows that money moved.
    private void AddUnsettled()
    {
        Purchase purchase = Eip3009;
        Bundle settled = purchase.Settled();
        Digest32 receipt = settled.Envelope.Digest;
        void Unsettled(string name, string note, byte[] bundle, params ChainTransaction[] transactions) => NotMet(name, note, bundle, Asking(transactions));

        CannotEvaluate("unsettled-no-chain", "That it was paid is required, and no chain was asked.", "level/not-supported", settled.Encode(), static v => v with { Policy = PaidRequired });
        NotMet("unsettled-other-chain", "Another chain was asked.", settled.Encode(), v => v with { Policy = PaidRequired, Chain = Purchase.Facts([8453], purchase.Transaction with { ChainId = 8453 }) });
        Unsettled("unsettled-no-endorsement", "The node says nothing of a settlement.", purchase.Parts().Encode(), purchase.Transaction);
        Unsettled("unsettled-not-found", "The chain hasn't the transaction.", settled.Encode());
        Unsettled("unsettled-other-transaction", "The chain has another transaction with this payment's settlement.", settled.Encode(), purchase.Transaction with { Hash = Purchase.Hash("x") });
        NotMet("unsettled-too-few-confirmations", "Four blocks were wanted, and there are three.", settled.Encode(), v => Asking(purchase.Transaction)(v) with { Confirmations = 4 });
        NotMet("unsettled-reverted-too-early-to-say", "Reverted, and not deep enough to count.", settled.Encode(), v => Asking(purchase.Transaction with { Succeeded = false })(v) with { Confirmations = 4 });
        Unsettled("unsettled-nothing-charged", "Up to something might have been charged, and nothing was.", (Upto with { Charge = 0 }).Settled().Encode(), Upto.Transaction);
        Unsettled("unsettled-no-payment", "No payment is claimed.", _world.Parts().Encode(), purchase.Transaction);
        Unsettled("unsettled-payload-left-out", "The payment was left out of the receipt.", settled.Redact(["request", "model", "payment.offer", "payment.price"], out _, out _)!.Encode(), purchase.Transaction);
        Unsettled("unsettled-all-left-out", "Everything about the payment was.", settled.Redact(["request", "model"], out _, out _)!.Encode(), purchase.Transaction);
        Unsettled("unsettled-price-left-out", "The price was.", settled.Redact(["request", "model", "payment.offer", "payment.payload"], out _, out _)!.Encode(), purchase.Transaction);

        Purchase permit = Permit2;
        Unsettled("unsettled-through-another-contract", "The proxy was called by another contract: the nonce's use doesn't show.", permit.Settled().Encode(), permit.Transaction with { To = Purchase.Facilitator });
        Unsettled("unsettled-contract-made", "The transaction made a contract.", permit.Settled().Encode(), permit.Transaction with { To = null });
        Unsettled("unsettled-other-function", "Another function of the proxy.", permit.Settled().Encode(), permit.Transaction with { Input = Forge.Flip(permit.Transaction.Input.ToArray(), 0) });
        Unsettled("unsettled-odd-encoding", "The call's arguments are encoded in another way.", permit.Settled().Encode(), permit.Transaction with { Input = Forge.Flip(permit.Transaction.Input.ToArray(), 4 + (8 * 32) - 1) });
        Unsettled("unsettled-cut-call", "The call's data ends before its signature.", permit.Settled().Encode(), permit.Transaction with { Input = permit.Transaction.Input[..(4 + (9 * 32) + 64)] });
        Unsettled("unsettled-other-signature", "The proxy was called with another signature.", permit.Settled().Encode(), permit.Transaction with { Input = Forge.Flip(permit.Transaction.Input.ToArray(), 4 + (9 * 32) + 5) });

        void Useless(string name, string note, AttachedEndorsement item, byte[]? bundle = null) => Unsettled(name, note, bundle ?? purchase.Settled(null, item).Encode(), purchase.Transaction);
        Useless("settlement-by-stranger", "A stranger endorses the settlement.", purchase.Endorse(receipt, signer: _other.Signer));
        Useless("settlement-signature", "A bit of its signature.", Resigned(purchase.Endorse(receipt), static cose => Forge.Flip(cose, -1)));
        Useless("settlement-other-receipt", "It is about another receipt.", purchase.Endorse(Digest32.Sha256("x"u8)));
        Useless("settlement-refuted", "A node's word that it wasn't paid isn't asked for.", purchase.Endorse(receipt, finding: EndorsementFinding.Refuted));
        Useless("settlement-without-evidence", "Its evidence is missing.", AttachedEndorsement.Create(purchase.Endorse(receipt).Endorsement, null, null, null));
        Useless("settlement-other-evidence", "Evidence with another digest.", AttachedEndorsement.Create(purchase.Endorse(receipt).Endorsement, Forge.Flip(purchase.Evidence.Encode(), -1), null, null));
        Useless("settlement-evidence-unreadable", "Evidence that can't be read.", purchase.Endorse(receipt, "evidence"u8.ToArray()));
        foreach ((string name, SettlementEvidence evidence) in new (string, SettlementEvidence)[]
        {
            ("payload", purchase.Evidence with { Payload = Purchase.Hash("another payload") }),
            ("network", purchase.Evidence with { ChainId = 8453 }),
            ("token", purchase.Evidence with { Token = Purchase.Facilitator, NonceKeeper = Purchase.Facilitator }),
            ("payer", purchase.Evidence with { Payer = Purchase.Facilitator }),
            ("payee", purchase.Evidence with { Payee = Purchase.Facilitator }),
            ("amount", purchase.Evidence with { Amount = 9_999 }),
            ("nonce", purchase.Evidence with { Nonce = Purchase.Hash("another nonce") }),
            ("keeper", purchase.Evidence with { NonceKeeper = PaymentContracts.Permit2 }),
        })
        {
            Useless($"settlement-of-another-{name}", $"Evidence with another {name} than the receipt shows.", purchase.Endorse(receipt, evidence));
        }

        Useless("settlement-of-nothing", "A settlement of a request that wasn't paid for.", null!, _world.Parts().Also(p => p.Endorsements = [purchase.Endorse(Decoded(_world.Parts()).Envelope.Digest).Encode()]).Encode());
    }

    private void AddOffers()
    {
        Purchase purchase = Eip3009;
        void Bad(string name, string note, Func<ClaimValues, ClaimValues> change, Purchase? of = null, params string[] also) =>
            Untrusted(name, note, [CheckCodes.PaymentOffer, .. also], (of ?? purchase).Parts(change).Encode());

        // The payment is then for this other offer, so that only the offer is wrong.
        ClaimValues WithOffer(ClaimValues claims, PaymentRequirements offer) => claims with
        {
            PaymentOffer = offer.Text,
            PaymentPayload = purchase.PayloadOf(purchase.Signed(offer), offer),
            PaymentPrice = PriceText.Charged(offer.Amount, offer),
        };

        Bad("offer-of-another-body", "The offer was made for another body.", c => WithOffer(c, purchase.OfferFor(purchase.Answer with { RequestWireDigest = Purchase.Hash("another body") })));
        Bad("offer-of-another-model", "For another model.", c => WithOffer(c, purchase.OfferFor(purchase.Answer with { ModelName = "letters" })));
        Bad("offer-of-another-protocol", "For another protocol.", c => WithOffer(c, purchase.OfferFor(purchase.Answer with { RequestProtocol = "open-inference/v3" })));
        Bad("offer-of-another-level", "For another level, with its own request digest.", c => WithOffer(c, purchase.OfferFor(purchase.Answer with { RequestPolicy = PolicyDocument.For(VerificationLevel.Replay) })));
        Bad("offer-level-altered", "This request's digest, another level's name.", c => WithOffer(c, purchase.Offer with { Level = "zk" }));
        Bad("offer-without-request", "It names no request.", c => WithOffer(c, purchase.Offer with { Request = null }));
        Bad("offer-without-level", "It names no level.", c => WithOffer(c, purchase.Offer with { Level = null }));
        Bad("offer-spelling", "The same members, written otherwise.", static c => c with { PaymentOffer = c.PaymentOffer!.Replace(",", ", ", StringComparison.Ordinal) });
        Bad("offer-lower-case", "An address in lower case.", c => c with { PaymentOffer = c.PaymentOffer!.Replace(Purchase.Token.ToString(), Purchase.Token.ToLowerString(), StringComparison.Ordinal) });
        Bad("offer-more", "A member that no offer has.", static c => c with { PaymentOffer = c.PaymentOffer![..^1] + ",\"more\":1}" });
        Bad("offer-escaped", "A letter written as an escape.", static c => c with { PaymentOffer = c.PaymentOffer!.Replace("exact", "ex\\u0061ct", StringComparison.Ordinal) });
        Bad("offer-no-json", "No JSON.", static c => c with { PaymentOffer = "offer" });
        Bad("offer-null-text", "JSON, and no object.", static c => c with { PaymentOffer = "null" });
        Bad("offer-missing", "A payment without an offer.", static c => c with { PaymentOffer = null });
        Bad("price-without-offer", "A price in a token, and neither offer nor payment.", static c => c with { PaymentOffer = null, PaymentPayload = null });
        Bad("price-lower", "A lower price than the offer's.", c => c with { PaymentPrice = PriceText.Charged(9_999, purchase.Offer) });
        Bad("price-of-another-token", "In another token.", c => c with { PaymentPrice = PriceText.Charged(10_000, purchase.Offer with { Asset = Purchase.Payee }) });
        Bad("price-of-another-chain", "On another chain.", c => c with { PaymentPrice = PriceText.Charged(10_000, purchase.Offer with { ChainId = 8453 }) });
        Bad("price-spelling", "With a leading zero.", static c => c with { PaymentPrice = "0" + c.PaymentPrice });
        Bad("price-prepaid-and-paid", "From a balance, and a payment all the same.", static c => c with { PaymentPrice = "prepaid 0.01 USD" });
        Bad("price-prepaid-spelling", "From a balance, an amount with a superfluous zero.", static c => c with { PaymentOffer = null, PaymentPayload = null, PaymentPrice = "prepaid 0.010 USD" });
        Bad("price-above-upto", "More than what may be charged.", c => c with { PaymentPrice = PriceText.Charged(10_001, Upto.Offer) }, Upto);
    }

    private void AddPayloads()
    {
        Purchase purchase = Eip3009;
        void Bad(string name, string note, string payload, Purchase? of = null) =>
            Untrusted(name, note, [CheckCodes.PaymentSignature], (of ?? purchase).Parts(c => c with { PaymentPayload = payload }).Encode());
        string Altered(string old, string now) => purchase.Payload.Contains(old, StringComparison.Ordinal) ? purchase.Payload.Replace(old, now, StringComparison.Ordinal) : throw new InvalidOperationException(old);
        string Signature(EvmSignature signature) => purchase.PayloadOf(purchase.Transfer with { Signature = signature });
        string Changed(Func<SignedTransfer, SignedTransfer> change, Purchase? of = null) => (of ?? purchase).PayloadOf((of ?? purchase).Signed((of ?? purchase).Offer, change));

        Bad("payload-no-json", "No JSON.", "payment");
        Bad("payload-too-long", "Longer than a payment may be.", purchase.Payload[..^1] + new string(' ', 8192) + "}");
        Bad("payload-name-twice", "A member twice.", purchase.Payload[..^1] + ",\"payload\":{}}");
        Bad("payload-version-3", "A version that isn't known.", Altered("\"x402Version\":2", "\"x402Version\":3"));
        Bad("payload-signature-short", "A signature of 64 bytes.", Signature(purchase.Transfer.Signature).Replace(purchase.Transfer.Signature.ToString(), purchase.Transfer.Signature.ToString()[..130], StringComparison.Ordinal));
        Bad("payload-signature-of-contract", "A contract's signature.", Altered(purchase.Transfer.Signature.ToString(), purchase.Transfer.Signature + new string('0', 64)));
        Bad("payload-signature-high-s", "The other signature that the curve has for the same payment.", Signature(FixedWallet.Malleated(purchase.Transfer.Signature)));
        Bad("payload-signature-v-0", "v written as 0.", Signature(purchase.Transfer.Signature with { V = (byte)(purchase.Transfer.Signature.V - 27) }));
        Bad("payload-signature-flipped", "A bit of the signature.", Signature(purchase.Transfer.Signature with { R = Digest32.From(Forge.Flip(purchase.Transfer.Signature.R.ToArray(), -1)) }));
        Bad("payload-signature-zero", "A signature of zeros.", Signature(new EvmSignature(default, default, 27)));
        Bad("payload-other-payer", "Somebody else is named as the payer.", purchase.PayloadOf(purchase.Transfer with { Payer = Purchase.Facilitator }));
        Bad("payload-signed-by-another", "Signed by somebody else.", purchase.PayloadOf(purchase.Signed(purchase.Offer, by: new FixedWallet("thief"))));
        Bad("payload-signed-for-another-chain", "Signed for another chain.", purchase.PayloadOf(purchase.Transfer with { Signature = purchase.Signed(purchase.Offer with { ChainId = 8453 }, t => t with { Nonce = purchase.Nonce }).Signature }));
        Bad("payload-value-altered", "Another amount than was signed, and than the offer's.", purchase.PayloadOf(purchase.Transfer with { Amount = 9_999 }));
        Bad("payload-value-lower", "A lower amount, signed.", Changed(static t => t with { Amount = 9_999 }));
        Bad("payload-payee", "Paid to somebody else.", Changed(static t => t with { PayTo = Purchase.Facilitator }));
        Bad("payload-expired", "It was over before the receipt was issued.", Changed(static t => t with { ValidBefore = Purchase.Issued - 1 }));
        Bad("payload-not-yet-valid", "It wasn't valid yet.", Changed(static t => t with { ValidAfter = Purchase.Issued + 1 }));
        Bad("payload-accepted-altered", "It says that it accepts another amount.", Altered("\"amount\":\"10000\"", "\"amount\":\"9999\""));
        Bad("payload-accepted-level", "Another level.", Altered("\"level\":\"signed\"", "\"level\":\"zk\""));
        Bad("payload-accepted-exponent", "A number with an exponent that nothing has room for.", Altered("\"maxTimeoutSeconds\":60", "\"maxTimeoutSeconds\":6e99999999999"));
        Bad("payload-accepted-more", "A member besides.", Altered("\"maxTimeoutSeconds\":60", "\"maxTimeoutSeconds\":60,\"more\":1"));
        Bad("payload-accepted-method", "A method that the offer, by EIP-3009, doesn't name.", Altered("\"extra\":{", "\"extra\":{\"assetTransferMethod\":\"eip3009\","));
        Bad("payload-accepted-facilitator", "An account that alone may settle, which the offer doesn't name.", Altered("\"extra\":{", $"\"extra\":{{\"facilitatorAddress\":\"{Purchase.Facilitator}\","));
        Bad("payload-bound-to-another-offer", "Its nonce is bound to another offer.", Changed(t => t with { Nonce = purchase.NonceFor(purchase.Offer with { Level = "zk" }) }));
        Bad("payload-bound-salt", "Another salt than the nonce was made with.", Altered(Salted(Purchase.Salt), Salted(Forge.Flip(Purchase.Salt, 0))));
        Bad("payload-of-another-method", "By Permit2, for an offer by EIP-3009.", purchase.PayloadOf(Permit2.Signed(Permit2.Offer)));
        Bad("payload-other-spender", "Permitted to another contract than x402's.", Changed(static t => (PermitTransfer)t with { Spender = Purchase.Facilitator }, Permit2), Permit2);
        Bad("payload-other-facilitator", "Another account may settle than the offer says.", Changed(static t => (PermitTransfer)t with { Facilitator = Purchase.Payee }, Upto), Upto);
        Bad("payload-version-1-other-amount", "A payment by version 1 with another amount.", (Eip3009 with { Version = 1, Bound = false }).PayloadOf((Eip3009 with { Bound = false }).Signed(purchase.Offer, static t => t with { Amount = 10_001 })));
        Bad("payload-version-1-other-network", "By version 1, on another network.", (Eip3009 with { Version = 1, Bound = false }).Payload.Replace("base-sepolia", "base", StringComparison.Ordinal));
        Met("payload-accepted-number", "A number that is written otherwise is the same number.", purchase.Parts(c => c with { PaymentPayload = Altered("\"maxTimeoutSeconds\":60", "\"maxTimeoutSeconds\":6.0e1") }).Encode());
        Met("payload-accepted-null", "A member that is null says nothing.", purchase.Parts(c => c with { PaymentPayload = Altered("\"extra\":{", "\"extra\":{\"assetTransferMethod\":null,") }).Encode());
        Met("payload-accepted-more-extra", "Clients may add to an offer's extra.", purchase.Parts(c => c with { PaymentPayload = Altered("\"extra\":{", "\"extra\":{\"more\":[1]," ) }).Encode());
        Met("payload-white-space", "The client's JSON is kept as it came.", purchase.Parts(c => c with { PaymentPayload = " " + c.PaymentPayload + "\n" }).Encode());
        Met("payload-last-second", "It ends in the second in which the receipt was issued.", purchase.Parts(c => c with { PaymentPayload = Changed(static t => t with { ValidBefore = Purchase.Issued, ValidAfter = Purchase.Issued }) }).Encode());
    }

    private void AddSettlements()
    {
        void Differs(string name, string note, Purchase purchase, params ChainTransaction[] transactions) =>
            Untrusted(name, note, [CheckCodes.PaymentSettled], purchase.Settled().Encode(), v => v with { Chain = Purchase.Facts(transactions) });

        Purchase purchase = Eip3009;
        Differs("chain-reverted", "The transaction was reverted.", purchase, purchase.Transaction with { Succeeded = false });
        Differs("chain-to-somebody-else", "The transfer went to somebody else.", purchase, purchase.TransactionOf(purchase.Transfer, to: Purchase.Facilitator));
        Differs("chain-too-little", "Less was moved than the price.", purchase, purchase.TransactionOf(purchase.Transfer, moved: 9_999));
        Differs("chain-too-much", "More was moved than the price.", purchase, purchase.TransactionOf(purchase.Transfer, moved: 10_001));
        Differs("chain-other-token", "Another token was moved.", purchase, purchase.TransactionOf(purchase.Transfer, token: Purchase.Facilitator));
        Differs("chain-other-payer", "Somebody else's money was moved.", purchase, purchase.TransactionOf(purchase.Transfer with { Payer = Purchase.Facilitator }));
        Differs("chain-other-payment", "It settles another payment of the same payer, of the same amount.", purchase, purchase.TransactionOf(purchase.Transfer with { Nonce = Purchase.Hash("another nonce") }));
        Differs("chain-together-with-another-payment", "One transaction uses its nonce to move the payer's money to the payer, and another nonce to pay the payee.", purchase,
            purchase.Transaction with { Logs = [.. purchase.TransactionOf(purchase.Transfer, to: Purchase.Payer.Address).Logs, .. purchase.TransactionOf(purchase.Transfer with { Nonce = Purchase.Hash("another nonce") }).Logs] });
        Differs("chain-no-events", "It did nothing that shows.", purchase, purchase.Transaction with { Logs = [] });
        Differs("chain-two-small", "Two transfers that make the price together.", purchase, purchase.Transaction with { Logs = [.. purchase.TransactionOf(purchase.Transfer, moved: 5_000).Logs, purchase.TransactionOf(purchase.Transfer, moved: 5_000).Logs[1]] });
        Differs("chain-event-of-another-contract", "The nonce's use is logged by another contract.", purchase, purchase.Transaction with { Logs = [purchase.Transaction.Logs[0] with { Contract = Purchase.Facilitator }, purchase.Transaction.Logs[1]] });
        Differs("chain-permit2-other-payment", "The proxy settled another permit.", Permit2, Permit2.TransactionOf(Permit2.Transfer with { Nonce = Purchase.Hash("another nonce") }));
        Differs("chain-permit2-reverted", "The proxy's call was reverted.", Permit2, Permit2.Transaction with { Succeeded = false });
        Differs("chain-permit2-too-much", "More was moved than the price.", Permit2, Permit2.TransactionOf(Permit2.Transfer, moved: 10_001));
        Differs("chain-permit2-twice", "The price was moved twice.", Permit2, Permit2.Transaction with { Logs = [Permit2.Transaction.Logs[0], .. Permit2.Transaction.Logs] });
        Differs("chain-upto-too-little", "Less was moved than was charged.", Upto, Upto.TransactionOf(Upto.Transfer, moved: 6_999));
        Differs("chain-upto-all", "All that may be charged was taken, and the receipt says less.", Upto, (Upto with { Charge = 10_000 }).TransactionOf(Upto.Transfer));
        Differs("chain-upto-called-for-more", "The proxy was asked for more than the receipt says.", Upto, (Upto with { Charge = 9_000 }).TransactionOf(Upto.Transfer, moved: 7_000));
        Differs("chain-upto-moved-more", "More was moved than the proxy was asked for.", Upto, Upto.TransactionOf(Upto.Transfer, moved: 9_000));
    }

    private static string Salted(byte[] salt) => System.Buffers.Text.Base64Url.EncodeToString(salt);
}
