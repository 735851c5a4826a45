using System.Diagnostics.CodeAnalysis;

namespace Assay.Chain;

/// <summary>An answer of a chain's server, or why there is none.</summary>
/// <typeparam name="T">Of the value.</typeparam>
public sealed class RpcReply<T>
{
    private readonly T? _value;

    internal RpcReply(T value) => (_value, Outcome, Why) = (value, RpcOutcome.Answered, "");

    internal RpcReply(RpcOutcome outcome, RpcError? error, string why) => (Outcome, Error, Why) = (outcome, error, why);

    /// <summary>What it came to.</summary>
    public RpcOutcome Outcome { get; }

    /// <summary>The server's error; there if refused, and where the server's own trouble made it unavailable.</summary>
    public RpcError? Error { get; }

    /// <summary>In words, for operators: why there is no value; else empty.</summary>
    public string Why { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Value => TryGet(out T? value) ? value : throw new InvalidOperationException($"There is no value: {Why}");

    /// <summary>The value, if there is one.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Outcome == RpcOutcome.Answered;
    }

    /// <summary>The same failure, where something else was asked for.</summary>
    internal RpcReply<TOther> As<TOther>() => new(Outcome, Error, Why);

    /// <summary>The same failure; a server that refuses what it should know is one with trouble of its own.</summary>
    internal RpcReply<TOther> AsUnavailable<TOther>() => new(RpcOutcome.Unavailable, Error, Why);
}
