using System.Diagnostics.CodeAnalysis;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>Which nonces of an account are spoken for. Not safe for use by many at once: the sender's gate is.</summary>
internal sealed class NonceBook
{
    private readonly SortedDictionary<ulong, Entry> _held = [];
    private ulong _floor;

    /// <summary>A nonce that is spoken for.</summary>
    public sealed class Entry(SignedTransaction transaction, DateTimeOffset since)
    {
        public SignedTransaction Transaction { get; } = transaction;

        public DateTimeOffset Since { get; } = since;

        /// <summary>Whether it may be on its way; from then on only the chain frees it.</summary>
        public bool IsSent { get; set; }
    }

    public int Count => _held.Count;

    /// <summary>The lowest nonce that the chain wants and nobody holds.</summary>
    public ulong Next()
    {
        ulong next = _floor;
        foreach (ulong held in _held.Keys)
        {
            if (held == next)
            {
                next++;
            }
            else if (held > next)
            {
                break;
            }
        }

        return next;
    }

    public Entry Hold(SignedTransaction transaction, DateTimeOffset now) => _held[transaction.Transaction.Nonce] = new Entry(transaction, now);

    public Entry? At(ulong nonce) => _held.GetValueOrDefault(nonce);

    public bool TryFind(in Digest32 hash, ulong nonce, [NotNullWhen(true)] out Entry? entry) => _held.TryGetValue(nonce, out entry) && entry.Transaction.Hash == hash;

    public void Free(ulong nonce) => _held.Remove(nonce);

    /// <summary>Nonces below this are used in the chain, by us or others.</summary>
    public void Used(ulong count)
    {
        _floor = Math.Max(_floor, count);
        foreach (ulong nonce in _held.Keys.TakeWhile(nonce => nonce < count).ToArray())
        {
            _held.Remove(nonce);
        }
    }

    /// <summary>Takes the server's word for where to go on, also below what it was: it may have lost what waited.</summary>
    /// <param name="mined">Transactions of the account in the chain.</param>
    /// <param name="pending">And those that wait.</param>
    public void Resynchronise(ulong mined, ulong pending)
    {
        _floor = pending;
        Used(mined);
    }

    /// <summary>Whether something may be on its way that waits for this nonce.</summary>
    public bool IsAwaited(ulong nonce) => _held.Any(held => held.Key > nonce && held.Value.IsSent);

    /// <summary>Frees what was prepared before a time and never sent.</summary>
    public void Expire(DateTimeOffset before)
    {
        foreach ((ulong nonce, Entry entry) in _held.Where(held => !held.Value.IsSent && held.Value.Since < before).ToArray())
        {
            _held.Remove(nonce);
        }
    }
}
