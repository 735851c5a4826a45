using Assay.Evm;

namespace Assay.Chain;

/// <summary>An error of a chain's server (JSON-RPC 2.0, section 5.1).</summary>
/// <param name="Code">Its number.</param>
/// <param name="Message">In the server's words, cut at 500 characters. Not ours, and not to be trusted: it doesn't go to payers.</param>
/// <param name="RevertData">What the contract said as it reverted; null if the error has no such bytes.</param>
public sealed record RpcError(long Code, string Message, ReadOnlyMemory<byte>? RevertData)
{
    private const long Reverted = 3;

    /// <summary>Whether a contract ended the call, and not the server.</summary>
    public bool IsRevert => Code == Reverted || RevertData is { Length: > 0 } || Message.Contains("revert", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text of the contract's <c>revert</c>, if it gave one in the usual way; else the message.</summary>
    public string Reason => RevertData is { } data && Abi.TryReadRevert(data.Span, out string reason) ? reason : Message;
}
