using System.Numerics;
using Assay.Files;
using Assay.Payments;
using Assay.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Assay.Client;

/// <summary>
/// Every payment that was signed, in a file: written, and on the disk, before the payment is sent. So a program that was killed sends the
/// same payment again instead of a second one, and limits hold over restarts. What was signed counts against limits, whatever a server says
/// that it charged: it could have charged all of it.
/// </summary>
/// <remarks>One process at a time, which a lock on the file sees to. Safe for concurrent use.</remarks>
public sealed class PaymentLedger : IDisposable
{
    private const int MaxLength = 256 << 20;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest32, PaymentRecord> _records = [];
    private readonly SafeFileHandle _file;
    private long _length;
    private bool _isBroken;

    private PaymentLedger(SafeFileHandle file, string path)
    {
        _file = file;
        long length = RandomAccess.GetLength(file);
        byte[] bytes = length <= MaxLength ? new byte[length] : throw Refused($"{path} is longer than {MaxLength:N0} bytes.");
        for (int read = 0; read < bytes.Length;)
        {
            int more = RandomAccess.Read(file, bytes.AsSpan(read), read);
            read = more > 0 ? read + more : throw Refused($"{path} ended while it was read.");
        }

        int start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
        {
            if (!LedgerJournal.TryApply(bytes.AsMemory(start, end - start), _records))
            {
                throw Refused($"{path} has a line that can't be read, at byte {start}. Limits can't be kept without it.");
            }
        }

        // A line without its end was never on the disk, so its payment was never sent.
        _length = start;
        RandomAccess.SetLength(file, start);
    }

    /// <summary>All payments, the oldest first.</summary>
    public IReadOnlyList<PaymentRecord> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _records.Values.OrderBy(static record => record.SignedAt)];
            }
        }
    }

    /// <summary>Opens a ledger, or starts one; only its owner can read it.</summary>
    /// <exception cref="NodeException"><see cref="PayErrors.Ledger"/>: another process has it, or it can't be read.</exception>
    public static PaymentLedger Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            bool isNew = !File.Exists(path);
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            if (isNew)
            {
                DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            }

            return new PaymentLedger(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Refused($"{path} can't be opened: {e.Message}");
        }
        catch (NodeException)
        {
            file!.Dispose();
            throw;
        }
    }

    /// <summary>Says that a payment needn't be waited for: its request may be paid anew. It still counts against limits.</summary>
    /// <returns>Whether there is such a payment, neither answered nor forgotten.</returns>
    public bool Forget(in Digest32 id) => Change(id, PaymentState.Forgotten, LedgerJournal.Event("forgotten", id));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The payment of this request that wasn't answered; null: none.</summary>
    internal PaymentRecord? Open(in Digest32 request)
    {
        lock (_lock)
        {
            PaymentRecord? found = null;
            foreach (PaymentRecord record in _records.Values)
            {
                // One that may have been settled goes before one that was refused.
                if (record.Request == request && (record.State == PaymentState.Unknown || (record.State == PaymentState.Refused && found?.State != PaymentState.Unknown)))
                {
                    found = record;
                }
            }

            return found;
        }
    }

    /// <summary>Has a payment signed and writes it down, if the limits have room for it; else says which doesn't: one of <see cref="PayErrors"/>.</summary>
    /// <param name="offer">What is to be paid.</param>
    /// <param name="token">Its token, with the limits.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="sign">Called once, and only if there is room.</param>
    /// <param name="record">The payment; null with an error.</param>
    internal string? TryAdd(PaymentRequirements offer, AllowedToken token, long now, Func<PaymentRecord> sign, out PaymentRecord? record)
    {
        lock (_lock)
        {
            BigInteger all = offer.Amount, payee = offer.Amount;
            foreach (PaymentRecord other in _records.Values)
            {
                if (token.Is(other.Offer) && other.SignedAt > now - (long)Day.TotalSeconds)
                {
                    all += other.Offer.Amount;
                    payee += other.Offer.PayTo == offer.PayTo ? other.Offer.Amount : 0;
                }
            }

            string? error = offer.Amount > token.PerPayment ? PayErrors.OverLimit : all > token.PerDay ? PayErrors.OverDay : payee > token.PerPayee ? PayErrors.OverPayee : null;
            record = error is null ? sign() : null;
            if (record is not null)
            {
                Append(LedgerJournal.Signed(record));
                _records.Add(record.Id, record);
            }

            return error;
        }
    }

    /// <summary>Before a refused payment is sent once more.</summary>
    internal void Again(in Digest32 id) => Change(id, PaymentState.Unknown, LedgerJournal.Event("again", id));

    internal void Refuse(in Digest32 id) => Change(id, PaymentState.Refused, LedgerJournal.Event("refused", id));

    internal void Answer(in Digest32 id, BigInteger? charged, Digest32? transaction)
    {
        lock (_lock)
        {
            Append(LedgerJournal.Answered(id, charged, transaction));
            _records[id] = _records[id] with { State = PaymentState.Answered, Charged = charged, Transaction = transaction };
        }
    }

    private static NodeException Refused(string message) => new(0, PayErrors.Ledger, message, "One process at a time pays from a wallet. Its payments stand in this file: keep it as long as the wallet.", []);

    private bool Change(in Digest32 id, PaymentState state, byte[] line)
    {
        lock (_lock)
        {
            if (!_records.TryGetValue(id, out PaymentRecord? record) || record.State is PaymentState.Answered or PaymentState.Forgotten)
            {
                return false;
            }

            Append(line);
            _records[id] = record with { State = state };
            return true;
        }
    }

    private void Append(byte[] line)
    {
        // After a write that failed nobody knows what the file holds: what is open now is opened anew first.
        if (_isBroken)
        {
            throw Refused("The ledger couldn't be written a moment ago.");
        }

        _isBroken = true;
        RandomAccess.Write(_file, line, _length);
        DurableFile.SyncData(_file);
        _length += line.Length;
        _isBroken = false;
    }
}
