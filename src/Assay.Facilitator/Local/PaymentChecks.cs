using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>Checks of a payment, those that need no chain first. Null: nothing is wrong; else why not.</summary>
internal sealed class PaymentChecks(FacilitatorOptions options, ChainClient chain, TokenReads reads, EvmAddress account, TimeProvider clock)
{
    /// <summary>What the payment itself says: scheme, network, token, signature, payee, times, amount, in the order of x402's own facilitator.</summary>
    public Refusal? Form(PaymentPayload payment, PaymentRequirements offer, BigInteger amount, out SponsoredPermit? permit)
    {
        permit = null;
        bool upto = offer.Method == TransferMethod.Permit2Upto;
        BigInteger? network = payment.Version == 1 ? NamedNetworks.Find(payment.Network) : NamedNetworks.TryCaip2(payment.Network);
        string? error = payment.Scheme != offer.Scheme ? upto ? PaymentErrors.UptoScheme : PaymentErrors.InvalidScheme
            : offer.TokenName.Length == 0 || offer.TokenVersion.Length == 0 ? PaymentErrors.MissingDomain
            : offer.ChainId != options.ChainId || network != offer.ChainId ? PaymentErrors.NetworkMismatch
            : !options.Assets.Contains(offer.Asset) ? PaymentErrors.AssetNotAllowed
            : payment.Version == 1 && offer.Method != TransferMethod.Eip3009 ? PaymentErrors.UnsupportedPayload
            : upto && offer.Facilitator != account ? PaymentErrors.UptoFacilitator
            : payment.Transfer.Method == TransferMethod.Eip3009 && !payment.Transfer.IsSigned(offer) ? PaymentErrors.Signature
            : OfferMatch.Misfit(payment.Transfer, offer) ?? OfferMatch.Untimely(payment.Transfer, Now, Margin);
        error ??= payment.Transfer.Method != TransferMethod.Eip3009 && !payment.Transfer.IsSigned(offer) ? PaymentErrors.Permit2Signature : null;
        error ??= amount > offer.Amount || (!upto && amount != offer.Amount) ? upto ? PaymentErrors.UptoExceeds : PaymentErrors.ValueMismatch : null;
        if (error is null)
        {
            permit = SponsoredPermit.TryRead(payment, offer, Now, Margin, out error);
        }

        return error is null ? null : Refusal.Of(error);
    }

    /// <summary>Whom the chain knows: the payer has no code, the token has.</summary>
    public async Task<Refusal?> AccountsAsync(SignedTransfer transfer, PaymentRequirements offer, CancellationToken cancellation)
    {
        Task<RpcReply<ReadOnlyMemory<byte>>> payer = chain.CodeAsync(transfer.Payer, cancellation);
        RpcReply<ReadOnlyMemory<byte>> token = await chain.CodeAsync(offer.Asset, cancellation).ConfigureAwait(false);

        // Tokens ask a payer with code whether it signed (EIP-1271), also one that only lends a contract's code (EIP-7702): a key's signature says nothing then.
        return !(await payer.ConfigureAwait(false)).TryGet(out ReadOnlyMemory<byte> code) || !token.TryGet(out ReadOnlyMemory<byte> tokenCode) ? Refusal.Unavailable
            : !code.IsEmpty ? new Refusal(PaymentErrors.ContractPayer, "the payer is a contract, or lets one act for it (EIP-7702); only accounts with a key pay", false)
            : tokenCode.IsEmpty ? Refusal.Of(PaymentErrors.AssetNotDeployed)
            : null;
    }

    /// <summary>Whether the settling call would go through now.</summary>
    public async Task<Refusal?> SimulateAsync(SettlingCall call, SignedTransfer transfer, PaymentRequirements offer, bool withPermit, CancellationToken cancellation)
    {
        // From our account: the proxy of "upto" takes it from nobody else.
        RpcReply<ReadOnlyMemory<byte>> reply = await chain.CallAsync(call.To, call.Data, account, cancellation).ConfigureAwait(false);
        return reply.Outcome switch
        {
            RpcOutcome.Answered => null,
            RpcOutcome.Refused => await DiagnoseAsync(transfer, offer, withPermit, cancellation).ConfigureAwait(false),
            _ => Refusal.Unavailable,
        };
    }

    /// <summary>Why a settling call that the contract refuses is refused.</summary>
    public async Task<Refusal> DiagnoseAsync(SignedTransfer transfer, PaymentRequirements offer, bool withPermit, CancellationToken cancellation)
    {
        bool permit2 = transfer is PermitTransfer;
        Task<ReadReply> asked = reads.IsUsedAsync(transfer, offer, cancellation);
        ReadReply balance = await reads.BalanceAsync(offer.Asset, transfer.Payer, cancellation).ConfigureAwait(false);
        ReadReply used = await asked.ConfigureAwait(false);
        if (used.IsUnavailable || balance.IsUnavailable)
        {
            return Refusal.Unavailable;
        }

        return used.Value is { Flag: true } ? Refusal.Of(permit2 ? PaymentErrors.Permit2Nonce : PaymentErrors.NonceUsed)
            : permit2 ? await DiagnosePermitAsync(transfer, offer, withPermit, balance, cancellation).ConfigureAwait(false)
            : used.Value is null ? Refusal.Of(PaymentErrors.NoAuthorizations)
            : await DiagnoseTokenAsync(offer, balance, cancellation).ConfigureAwait(false);
    }

    private async Task<Refusal> DiagnosePermitAsync(SignedTransfer transfer, PaymentRequirements offer, bool withPermit, ReadReply balance, CancellationToken cancellation)
    {
        Task<ReadReply> asked = reads.AllowanceAsync(offer.Asset, transfer.Payer, PaymentContracts.Permit2, cancellation);
        RpcReply<ReadOnlyMemory<byte>> proxy = await chain.CodeAsync(SettlingCall.For(transfer, offer, 0).To, cancellation).ConfigureAwait(false);
        ReadReply allowance = await asked.ConfigureAwait(false);
        return allowance.IsUnavailable || !proxy.TryGet(out ReadOnlyMemory<byte> code) ? Refusal.Unavailable
            : Refusal.Of(
                code.IsEmpty ? PaymentErrors.ProxyNotDeployed
                : balance.IsBelow(offer.Amount) ? PaymentErrors.Permit2Balance
                : !withPermit && allowance.IsBelow(offer.Amount) ? PaymentErrors.Permit2Allowance
                : PaymentErrors.Permit2Simulation);
    }

    private async Task<Refusal> DiagnoseTokenAsync(PaymentRequirements offer, ReadReply balance, CancellationToken cancellation)
    {
        Task<ReadReply> asked = reads.VersionAsync(offer.Asset, cancellation);
        ReadReply name = await reads.NameAsync(offer.Asset, cancellation).ConfigureAwait(false);
        ReadReply version = await asked.ConfigureAwait(false);
        return name.IsUnavailable || version.IsUnavailable ? Refusal.Unavailable
            : Refusal.Of(
                name.Differs(offer.TokenName) ? PaymentErrors.TokenName
                : version.Differs(offer.TokenVersion) ? PaymentErrors.TokenVersion
                : balance.IsBelow(offer.Amount) ? PaymentErrors.InsufficientBalance
                : PaymentErrors.SimulationFailed);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private long Margin => (long)options.Margin.TotalSeconds;
}
