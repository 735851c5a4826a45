using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>One request that is paid for: offer, payment, receipt, settlement and what a chain has of it. Each part may be replaced by another.</summary>
internal sealed record Purchase(World World, TransferMethod Method)
{
    public static readonly EvmAddress Token = Address("0x036CbD53842c5426634e7929541eC2318f3dCF7e");
    public static readonly EvmAddress Payee = new FixedWallet("payee").Address;
    public static readonly EvmAddress Facilitator = new FixedWallet("facilitator").Address;
    public static readonly FixedWallet Payer = new("payer");
    public static readonly byte[] Salt = [.. Enumerable.Range(101, 16).Select(static i => (byte)i)];
    public static readonly long Issued = World.Now.AddSeconds(-10).ToUnixTimeSeconds();

    /// <summary>Whether the payer's signature covers the offer.</summary>
    public bool Bound { get; init; } = true;

    public int Version { get; init; } = 2;

    public PolicyDocument Policy { get; init; } = PolicyDocument.For(VerificationLevel.Signed);

    /// <summary>The only account that may settle, by upto.</summary>
    public EvmAddress Settler { get; init; } = Facilitator;

    /// <summary>What is charged, by upto.</summary>
    public BigInteger Charge { get; init; } = 7_000;

    public BigInteger Charged => Method == TransferMethod.Permit2Upto ? Charge : Offer.Amount;

    public ClaimValues Answer => World.Answer(source: LevelSource.Payment) with { RequestPolicy = Policy };

    public PaymentRequirements Offer => OfferFor(Answer);

    public PaymentRequirements OfferFor(ClaimValues answer) => new()
    {
        Scheme = Method == TransferMethod.Permit2Upto ? PaymentRequirements.Upto : PaymentRequirements.Exact,
        ChainId = 84532,
        Amount = 10_000,
        Asset = Token,
        PayTo = Payee,
        MaxTimeoutSeconds = 60,
        TokenName = "USDC",
        TokenVersion = "2",
        Method = Method,
        Facilitator = Method == TransferMethod.Permit2Upto ? Settler : null,
        Level = answer.RequestPolicy.LeastLevel.ToString(),
        Request = PaidRequest.Short(PaidRequest.Digest(answer.RequestProtocol!, answer.ModelName!, answer.RequestPolicy.Digest, answer.RequestWireDigest!.Value)),
    };

    public Digest32 Nonce => NonceFor(Offer);

    public Digest32 NonceFor(PaymentRequirements offer) =>
        Bound ? PaidRequest.Nonce(Salt, Digest32.Sha256(Encoding.UTF8.GetBytes(offer.Text))) : Digest32.Sha256("some nonce"u8);

    public SignedTransfer Transfer => Signed(Offer);

    /// <summary>A payment for an offer, signed by the payer; changed before it is signed.</summary>
    public SignedTransfer Signed(PaymentRequirements offer, Func<SignedTransfer, SignedTransfer>? change = null, FixedWallet? by = null)
    {
        SignedTransfer unsigned = Method == TransferMethod.Eip3009
            ? new TransferAuthorization { Payer = Payer.Address, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = NonceFor(offer), ValidAfter = 0, ValidBefore = Issued + 60, Signature = default }
            : new PermitTransfer
            {
                Payer = Payer.Address, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = NonceFor(offer), ValidAfter = Issued - 600, ValidBefore = Issued + 60, Signature = default,
                Token = offer.Asset, Spender = Method == TransferMethod.Permit2Upto ? PaymentContracts.UptoProxy : PaymentContracts.ExactProxy, Facilitator = offer.Facilitator,
            };
        unsigned = change is null ? unsigned : change(unsigned);
        return unsigned with { Signature = (by ?? Payer).Sign(unsigned.Digest(offer)) };
    }

    public string Payload => PayloadOf(Transfer);

    /// <summary>The client's message with this payment in it.</summary>
    public string PayloadOf(SignedTransfer transfer, PaymentRequirements? offer = null)
    {
        offer ??= Offer;
        if (Version == 1)
        {
            return Encoding.UTF8.GetString(PayloadWriter.WriteV1(offer, transfer));
        }

        PaymentRequired required = PaymentRequired.TryRead(new PaymentRequired { Version = 2, Error = "Payment required", Resource = new PaymentResource("https://node.example/v2/models/digits/infer", "digits", "application/json"), Offers = [offer] }.WriteV2())!;
        return Encoding.UTF8.GetString(PayloadWriter.WriteV2(required, required.Entries[0], transfer, Bound ? new ReadOnlyMemory<byte>?(Salt) : null, null));
    }

    public ClaimValues Claims => Answer with { PaymentOffer = Offer.Text, PaymentPayload = Payload, PaymentPrice = PriceText.Charged(Charged, Offer) };

    public BundleParts Parts(Func<ClaimValues, ClaimValues>? change = null) => World.Parts(change is null ? Claims : change(Claims));

    public SettlementEvidence Evidence => new()
    {
        ChainId = Offer.ChainId,
        Token = Token,
        Payer = Payer.Address,
        Payee = Payee,
        Amount = Charged,
        Nonce = Nonce,
        NonceKeeper = Method == TransferMethod.Eip3009 ? Token : PaymentContracts.Permit2,
        Transaction = Charged.IsZero ? null : Hash(),
        Payload = Digest32.Sha256(Encoding.UTF8.GetBytes(Payload)),
    };

    public static Digest32 Hash(string name = "transaction") => Digest32.Sha256(Encoding.UTF8.GetBytes(name));

    public AttachedEndorsement Endorse(Digest32 receipt, SettlementEvidence? evidence = null, IEs256Signer? signer = null, EndorsementFinding finding = EndorsementFinding.Established) =>
        Endorse(receipt, (evidence ?? Evidence).Encode(), signer, finding);

    public AttachedEndorsement Endorse(Digest32 receipt, byte[] evidence, IEs256Signer? signer = null, EndorsementFinding finding = EndorsementFinding.Established) => AttachedEndorsement.Create(
        Endorsement.Create(receipt, Endorsement.QuestionsOfSettlement, Basis.Settlement, finding, Digest32.Sha256(evidence), World.Now.AddSeconds(-8), signer ?? World.Signer), evidence, null, null);

    /// <summary>The receipt with the node's endorsement that it was settled, or with others.</summary>
    public Bundle Settled(BundleParts? parts = null, params AttachedEndorsement[] items)
    {
        Bundle bundle = Bundle.TryDecode((parts ?? Parts()).Encode(), out string? error) ?? throw new InvalidOperationException(error);
        return bundle.WithEndorsements(items.Length > 0 ? items : [Endorse(bundle.Envelope.Digest)]);
    }

    /// <summary>The transaction that settles it.</summary>
    public ChainTransaction Transaction => TransactionOf(Transfer);

    public ChainTransaction TransactionOf(SignedTransfer transfer, BigInteger? moved = null, EvmAddress? to = null, EvmAddress? token = null)
    {
        SettlingCall call = SettlingCall.For(transfer, Offer, Charged);
        ChainLog move = new(token ?? Token, [Event("Transfer(address,address,uint256)"), Eip712.Word(transfer.Payer), Eip712.Word(to ?? Payee)], EvmAmount.Word(moved ?? Charged).ToArray());
        ImmutableArray<ChainLog> logs = Method == TransferMethod.Eip3009
            ? [new ChainLog(Token, [Event("AuthorizationUsed(address,bytes32)"), Eip712.Word(transfer.Payer), transfer.Nonce], default), move]
            : [move, new ChainLog(call.To, [Event("Settled()")], default)];
        return new ChainTransaction(Offer.ChainId, Hash(), true, call.To, call.Data, 1234, 3, logs);
    }

    public static string Facts(params ChainTransaction[] transactions) => Facts([84532], transactions);

    public static string Facts(BigInteger[] chains, params ChainTransaction[] transactions) => Encoding.UTF8.GetString(ChainFactsJson.Write(new ChainFacts(chains, transactions)));

    public static Digest32 Event(string signature) => Eip712.TypeHash(signature);

    private static EvmAddress Address(string text) => EvmAddress.TryParse(text, out EvmAddress address) ? address : throw new FormatException(text);
}
