using System.Numerics;
using Assay.Evm;
using Assay.Log.Committing;
using Assay.Node.Storing;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Paying;

/// <summary>
/// Payments and balances on the disk. What a method changed is durable when its task completes; changes that come while the disk is busy share the
/// next commit. One connection writes, the other only reads and so waits for no disk. Safe for concurrent use.
/// </summary>
internal sealed class PaymentStore : IAsyncDisposable
{
    private readonly SqliteConnection _connection;
    private readonly PaymentCommands _commands;
    private readonly SqliteConnection _reader;
    private readonly PaymentCommands _reads;
    private readonly Lock _gate = new();
    private readonly GroupCommitter<Func<PaymentCommands, object?>, object?> _committer;

    private PaymentStore(SqliteConnection connection, SqliteConnection reader)
    {
        (_connection, _reader) = (connection, reader);
        (_commands, _reads) = (new PaymentCommands(connection), new PaymentCommands(reader));
        _committer = new GroupCommitter<Func<PaymentCommands, object?>, object?>(Commit);
    }

    /// <summary>Opens the store of a node's folder; what was reserved when the node died is released, what it held of balances is given back.</summary>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    internal static PaymentStore Open(string folder)
    {
        SqliteConnection writer = PaymentSchema.Open(folder, isNode: true);
        PaymentStore store = new(writer, PaymentSchema.Open(folder, isNode: false));
        store.Recover();
        return store;
    }

    /// <summary>Called after each commit with what it was: where tests let the process die.</summary>
    internal Action<string>? AfterStep { get; set; }

    /// <summary>Takes the identity; null if it was free. Else the payment that has it, or another of the payer's with the same identifier.</summary>
    /// <exception cref="PaymentStoreException">It can't be made durable.</exception>
    internal async Task<StoredPayment?> ReserveAsync(StoredPayment payment) => (StoredPayment?)await DoAsync("reserved", commands =>
    {
        StoredPayment? other = commands.Find(payment.Identity) ?? (payment.Identifier is { } id ? commands.FindByIdentifier(payment.Payer, id) : null);
        if (other is null)
        {
            commands.Insert(payment);
        }

        return other;
    }).ConfigureAwait(false);

    /// <summary>The identity is free again; durable some time later, for a restart does the same.</summary>
    internal Task ReleaseAsync(string identity) => DoAsync("released", commands => Done(() => commands.Delete(identity)));

    /// <summary>The receipt is durable and released: from here on the node is owed.</summary>
    internal Task OweAsync(string identity, ReceiptId receipt, BigInteger charge) => DoAsync("owed", commands => Done(() => commands.Owe(identity, receipt, charge)));

    /// <summary>The chain has it, and something else is still to be done.</summary>
    internal Task PaidAsync(string identity, Digest32? transaction) => DoAsync("paid", commands => Done(() => commands.Paid(identity, transaction)));

    /// <summary>The node was paid.</summary>
    internal Task SettleAsync(StoredPayment payment, Digest32? transaction, byte[] response) =>
        DoAsync("settled", commands => Done(() => commands.Settle(payment.Identity, payment.Payer, transaction, response)));

    /// <summary>The chain refuses it. Its payer is blocked until a time; null: it isn't its fault.</summary>
    internal Task FailAsync(StoredPayment payment, byte[] response, long? blockedUntil) =>
        DoAsync("failed", commands => Done(() => commands.Fail(payment.Identity, payment.Payer, response, blockedUntil)));

    /// <summary>Holds some of a balance; false if there isn't so much.</summary>
    internal async Task<bool> HoldAsync(byte[] id, string name, string currency, BigInteger amount) => (bool)(await DoAsync("held", commands =>
    {
        bool enough = commands.Balance(name, currency) - commands.Held(name, currency) >= amount;
        if (enough)
        {
            commands.Hold(id, name, currency, amount);
        }

        return enough;
    }).ConfigureAwait(false))!;

    /// <summary>Ends a hold, and takes what was used of it.</summary>
    internal Task ChargeAsync(byte[] id, string name, string currency, BigInteger amount) => DoAsync("charged", commands => Done(() =>
    {
        commands.DropHold(id);
        commands.SetBalance(name, currency, commands.Balance(name, currency) - amount);
    }));

    /// <summary>Ends a hold without taking anything.</summary>
    internal Task DropHoldAsync(byte[] id) => DoAsync("dropped", commands => Done(() => commands.DropHold(id)));

    internal StoredPayment? Find(string identity) => Read(commands => commands.Find(identity));

    /// <summary>A payment of this payer for the same request by the same offer, which isn't settled yet; null if there is none.</summary>
    internal StoredPayment? FindOwed(EvmAddress payer, Digest32 request, string offer) => Read(commands => commands.FindOwed(payer, request, offer));

    internal StoredPayment? FindByReceipt(ReceiptId receipt) => Read(commands => commands.FindByReceipt(receipt));

    internal List<StoredPayment> Unfinished() => Read(static commands => commands.Unfinished());

    /// <summary>What a payer settled, newest first; of one time in the order of the receipts. Without a receipt it is what is from before that time.</summary>
    internal List<StoredPayment> SettledBy(EvmAddress payer, long before, ReceiptId? beforeReceipt, int most) => Read(commands => commands.SettledBy(payer, before, beforeReceipt, most));

    internal PayerRecord Payer(EvmAddress payer) => Read(commands => commands.Payer(payer));

    internal BigInteger Available(string name, string currency) => Read(commands => commands.Balance(name, currency) - commands.Held(name, currency));

    public async ValueTask DisposeAsync()
    {
        await _committer.DisposeAsync().ConfigureAwait(false);
        _reads.Dispose();
        await _reader.DisposeAsync().ConfigureAwait(false);
        _commands.Dispose();
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Recover()
    {
        using WriteTransaction transaction = _commands.Begin();
        _commands.DeleteReserved();
        _commands.DropHolds();
        transaction.Commit();
    }

    private static object? Done(Action change)
    {
        change();
        return null;
    }

    private T Read<T>(Func<PaymentCommands, T> read)
    {
        lock (_gate)
        {
            return read(_reads);
        }
    }

    private async Task<object?> DoAsync(string step, Func<PaymentCommands, object?> change)
    {
        SubmitResult<object?> done = await _committer.SubmitAsync(change).ConfigureAwait(false);
        if (done.Status != SubmitStatus.Committed)
        {
            throw new PaymentStoreException(_committer.Fault);
        }

        AfterStep?.Invoke(step);
        return done.Value;
    }

    // One group at a time, on the committer's own thread.
    private object?[] Commit(IReadOnlyList<Func<PaymentCommands, object?>> group)
    {
        using WriteTransaction transaction = _commands.Begin();
        object?[] results = [.. group.Select(change => change(_commands))];
        transaction.Commit();
        return results;
    }
}
