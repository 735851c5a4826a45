using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>What contracts say of accounts.</summary>
internal sealed class TokenReads(ChainClient chain)
{
    private static readonly AbiFunction Balance = new("balanceOf(address)", "(uint256)");
    private static readonly AbiFunction Allowance = new("allowance(address,address)", "(uint256)");
    private static readonly AbiFunction Authorization = new("authorizationState(address,bytes32)", "(bool)");
    private static readonly AbiFunction Name = new("name()", "(string)");
    private static readonly AbiFunction Version = new("version()", "(string)");
    private static readonly AbiFunction Nonces = new("nonceBitmap(address,uint256)", "(uint256)");

    public Task<ReadReply> BalanceAsync(EvmAddress token, EvmAddress holder, CancellationToken cancellation) => AskAsync(token, Balance, cancellation, holder);

    public Task<ReadReply> AllowanceAsync(EvmAddress token, EvmAddress owner, EvmAddress spender, CancellationToken cancellation) => AskAsync(token, Allowance, cancellation, owner, spender);

    public Task<ReadReply> NameAsync(EvmAddress token, CancellationToken cancellation) => AskAsync(token, Name, cancellation);

    public Task<ReadReply> VersionAsync(EvmAddress token, CancellationToken cancellation) => AskAsync(token, Version, cancellation);

    /// <summary>Whether a payment's nonce is used up: by a payment, or by its payer who took it back.</summary>
    public async Task<ReadReply> IsUsedAsync(SignedTransfer transfer, PaymentRequirements offer, CancellationToken cancellation)
    {
        if (transfer is not PermitTransfer)
        {
            return await AskAsync(offer.Asset, Authorization, cancellation, transfer.Payer, transfer.Nonce).ConfigureAwait(false);
        }

        // Permit2 keeps 256 nonces in a word: the lower 8 bits say which of them.
        BigInteger nonce = EvmAmount.FromWord(transfer.Nonce);
        ReadReply word = await AskAsync(PaymentContracts.Permit2, Nonces, cancellation, transfer.Payer, nonce >> 8).ConfigureAwait(false);
        return word.Value is null ? word : new ReadReply(false, !((word.Value.Number >> (int)(nonce & 255)) & 1).IsZero);
    }

    private async Task<ReadReply> AskAsync(EvmAddress contract, AbiFunction function, CancellationToken cancellation, params AbiValue[] arguments)
    {
        RpcReply<ReadOnlyMemory<byte>> reply = await chain.CallAsync(contract, function.Encode(arguments), null, cancellation).ConfigureAwait(false);
        bool said = reply.TryGet(out ReadOnlyMemory<byte> bytes);
        return new ReadReply(reply.Outcome == RpcOutcome.Unavailable, said && function.TryDecodeResults(bytes.Span, out AbiValue? results) ? results.Items[0] : null);
    }
}
