using System.Numerics;
using System.Text;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>What is refused before anything is sent. Case numbers: docs/facilitator.md, "Cases".</summary>
[Collection(ChainTests.Name)]
public sealed class VerifyTests(LocalChainFixture fixture, VerifyDesk desks) : IClassFixture<VerifyDesk>
{
    public static TheoryData<TransferMethod> Methods => [TransferMethod.Eip3009, TransferMethod.Permit2, TransferMethod.Permit2Upto];

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Good_payment_is_accepted_and_moves_nothing(TransferMethod method)
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = Offer(desk, method);
        VerifyReply reply = await desk.VerifyAsync(payer.Pay(offer), offer);
        Assert.Equal(new VerifyReply(FacilitatorOutcome.Accepted, null, null, payer.Address), reply);
        Assert.Equal(0, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_04_expired_or_about_to_is_refused(TransferMethod method)
    {
        string reason = method == TransferMethod.Eip3009 ? PaymentErrors.ValidBefore : PaymentErrors.Permit2Deadline;
        await RefusedAsync(method, transfer => transfer with { ValidBefore = TestPayer.Now - 1 }, reason);
        await RefusedAsync(method, transfer => transfer with { ValidBefore = TestPayer.Now + 4 }, reason);
    }

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_05_not_valid_yet_is_refused(TransferMethod method) =>
        await RefusedAsync(method, static transfer => transfer with { ValidAfter = TestPayer.Now + 30 }, method == TransferMethod.Eip3009 ? PaymentErrors.ValidAfter : PaymentErrors.Permit2NotYet);

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_06_other_value_is_refused(TransferMethod method)
    {
        string reason = method == TransferMethod.Eip3009 ? PaymentErrors.ValueMismatch : PaymentErrors.Permit2Amount;
        await RefusedAsync(method, static transfer => transfer with { Amount = transfer.Amount - 1 }, reason);
        await RefusedAsync(method, static transfer => transfer with { Amount = transfer.Amount + 1 }, reason);
    }

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_09_other_payee_is_refused(TransferMethod method) =>
        await RefusedAsync(method, static transfer => transfer with { PayTo = transfer.Payer }, method == TransferMethod.Eip3009 ? PaymentErrors.RecipientMismatch : PaymentErrors.Permit2Recipient);

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_10_signed_for_another_chain_contract_or_by_another_key_is_refused(TransferMethod method)
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        using TestPayer other = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = Offer(desk, method);
        string reason = method == TransferMethod.Eip3009 ? PaymentErrors.Signature : PaymentErrors.Permit2Signature;
        await RefusedAsync(desk, payer.Pay(offer, payer.Transfer(offer), offer with { ChainId = 8453 }), offer, reason);
        await RefusedAsync(desk, other.Pay(offer, payer.Transfer(offer)), offer, reason);
        if (method == TransferMethod.Eip3009)
        {
            await RefusedAsync(desk, payer.Pay(offer, payer.Transfer(offer), offer with { Asset = PaymentContracts.Permit2 }), offer, reason);
            await RefusedAsync(desk, payer.Pay(offer, payer.Transfer(offer), offer with { TokenVersion = "1" }), offer, reason);
        }
    }

    [Fact]
    public void Case_11_malleated_signature_is_not_read()
    {
        // The other s of the same signature: order less s, and the other v.
        using TestPayer payer = new();
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        EvmSignature signature = payment.Transfer.Signature;
        BigInteger order = (new BigInteger(Secp256k1.HalfOrder, isUnsigned: true, isBigEndian: true) * 2) + 1;
        EvmSignature other = new(signature.R, EvmAmount.Word(order - EvmAmount.FromWord(signature.S)), (byte)(55 - signature.V));
        Assert.Equal(payer.Address, Secp256k1.Recover(payment.Transfer.Digest(offer), other));
        Assert.Null(PayloadReader.TryRead(Replace(payment, signature.ToString(), other.ToString()), out string? error));
        Assert.Equal(PayloadErrors.SignatureForm, error);
    }

    [Fact]
    public void Case_12_other_forms_of_signatures_are_not_read()
    {
        using TestPayer payer = new();
        PaymentPayload payment = payer.Pay(TestPayer.Offer());
        string signature = payment.Transfer.Signature.ToString();
        foreach (string other in new[] { signature[..^2] + "00", signature[..^2] + "01", signature[..^2], signature[2..], "0x" })
        {
            Assert.Null(PayloadReader.TryRead(Replace(payment, signature, other), out string? error));
            Assert.Equal(PayloadErrors.SignatureForm, error);
        }
    }

    [OracleTheory(Oracle.LocalChain)]
    [MemberData(nameof(Methods))]
    public async Task Case_13_payer_without_funds_is_refused(TransferMethod method)
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain, tokens: 999);
        PaymentRequirements offer = Offer(desk, method);
        await RefusedAsync(desk, payer.Pay(offer), offer, method == TransferMethod.Eip3009 ? PaymentErrors.InsufficientBalance : PaymentErrors.Permit2Balance);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_24_token_that_nobody_allowed_or_that_is_none_is_refused()
    {
        EvmAddress nothing = TestPayer.Offer().PayTo;
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, Desk.Options with { Assets = new HashSet<EvmAddress> { LocalChain.Token, nothing } });
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements other = TestPayer.Offer() with { Asset = PaymentContracts.Permit2 };
        await RefusedAsync(desk, payer.Pay(other), other, PaymentErrors.AssetNotAllowed);
        PaymentRequirements absent = TestPayer.Offer() with { Asset = nothing };
        await RefusedAsync(desk, payer.Pay(absent), absent, PaymentErrors.AssetNotDeployed);
    }

    [OracleTheory(Oracle.LocalChain)]
    [InlineData("0x6001600101")]
    [InlineData("0xef01000000000000000000000000000000000000000042")]
    public async Task Case_25_payer_with_code_is_refused_also_by_eip_7702(string code)
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        await fixture.Chain.SetCodeAsync(payer.Address, code);
        PaymentRequirements offer = TestPayer.Offer();
        VerifyReply reply = await desk.VerifyAsync(payer.Pay(offer), offer);
        Assert.Equal((FacilitatorOutcome.Refused, PaymentErrors.ContractPayer), (reply.Outcome, reply.Reason));
        Assert.Contains("contract", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Case_25_signatures_of_contracts_are_not_read()
    {
        using TestPayer payer = new();
        PaymentPayload payment = payer.Pay(TestPayer.Offer());
        string signature = payment.Transfer.Signature.ToString();
        Assert.Null(PayloadReader.TryRead(Replace(payment, signature, signature + new string('6', 64)), out string? error));
        Assert.Equal(PayloadErrors.ContractPayer, error);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_26_upto_for_another_facilitator_is_refused()
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer(TransferMethod.Permit2Upto, facilitator: payer.Address);
        await RefusedAsync(desk, payer.Pay(offer), offer, PaymentErrors.UptoFacilitator);
        PaymentRequirements ours = Offer(desk, TransferMethod.Permit2Upto);
        await RefusedAsync(desk, payer.Pay(ours, ((PermitTransfer)payer.Transfer(ours)) with { Facilitator = payer.Address }), ours, PaymentErrors.UptoFacilitator);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Other_network_scheme_method_or_domain_is_refused()
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer(), elsewhere = offer with { ChainId = 8453 };
        await RefusedAsync(desk, payer.Pay(elsewhere), elsewhere, PaymentErrors.NetworkMismatch);
        await RefusedAsync(desk, payer.Pay(elsewhere), offer, PaymentErrors.NetworkMismatch);
        await RefusedAsync(desk, payer.Pay(Offer(desk, TransferMethod.Permit2Upto)), offer, PaymentErrors.InvalidScheme);
        await RefusedAsync(desk, payer.Pay(TestPayer.Offer(TransferMethod.Permit2)), offer, PaymentErrors.UnsupportedPayload);
        PaymentRequirements named = offer with { TokenName = "Dollar" };
        await RefusedAsync(desk, payer.Pay(named), named, PaymentErrors.TokenName);
        PaymentRequirements versioned = offer with { TokenVersion = "3" };
        await RefusedAsync(desk, payer.Pay(versioned), versioned, PaymentErrors.TokenVersion);
        PaymentRequirements nameless = offer with { TokenName = "" };
        await RefusedAsync(desk, payer.Pay(nameless), nameless, PaymentErrors.MissingDomain);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Permit2_without_allowance_says_what_is_missing()
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain, allow: false);
        PaymentRequirements offer = TestPayer.Offer(TransferMethod.Permit2);
        await RefusedAsync(desk, payer.Pay(offer), offer, PaymentErrors.Permit2Allowance);
        Assert.Equal(FacilitatorOutcome.Accepted, (await desk.VerifyAsync(payer.PaySponsored(offer), offer)).Outcome);
        await RefusedAsync(desk, payer.PaySponsored(offer, amount: 999), offer, PaymentErrors.PermitAmount);
        await RefusedAsync(desk, payer.PaySponsored(offer, spender: payer.Address), offer, PaymentErrors.PermitSpender);
        await RefusedAsync(desk, payer.PaySponsored(offer, deadline: TestPayer.Now + 2), offer, PaymentErrors.PermitDeadline);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_18_chain_that_does_not_answer_makes_no_verdict()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, rpc: new Uri("http://127.0.0.1:1/"));
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await desk.VerifyAsync(payment, offer)).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await desk.SettleAsync(payment, offer)).Outcome);
    }

    private static PaymentRequirements Offer(Desk desk, TransferMethod method) => TestPayer.Offer(method, facilitator: method == TransferMethod.Permit2Upto ? desk.Account.Address : null);

    private static byte[] Replace(PaymentPayload payment, string old, string other)
    {
        string text = Encoding.UTF8.GetString(payment.Json.Span);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(old, other, StringComparison.Ordinal));
    }

    private async Task RefusedAsync(TransferMethod method, Func<SignedTransfer, SignedTransfer> edit, string reason)
    {
        Desk desk = desks.Desk;
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = Offer(desk, method);
        await RefusedAsync(desk, payer.Pay(offer, edit(payer.Transfer(offer))), offer, reason);
    }

    // Refused by both, and nothing is sent.
    private static async Task RefusedAsync(Desk desk, PaymentPayload payment, PaymentRequirements offer, string reason)
    {
        VerifyReply verified = await desk.VerifyAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Refused, reason), (verified.Outcome, verified.Reason));
        SettleReply settled = await desk.SettleAsync(payment, offer);
        Assert.Equal((FacilitatorOutcome.Refused, reason, null), (settled.Outcome, settled.Reason, settled.Transaction));
        Assert.Equal(0, await desk.SentAsync());
    }
}
