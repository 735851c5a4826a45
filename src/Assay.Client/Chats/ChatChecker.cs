using System.Globalization;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>
/// Decides whether the answers of one node are given out: the verdict must be met, request and answer must be the receipt's, and a receipt speaks for one
/// answer, which was made after the request was sent. Who asks the same question twice can't be given the old answer again. Safe for concurrent use.
/// </summary>
public sealed class ChatChecker
{
    // How far the node's clock may be from this machine's, as for all receipts.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    // A receipt is issued when its answer ends, and answers are checked when they have come.
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(45);

    // What is older is refused by its time, so that is how long receipts need to be remembered.
    private static readonly TimeSpan Memory = Oldest + (3 * ClockSkew);

    private readonly CheckOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _section = new();
    private readonly HashSet<Digest32> _used = [];
    private readonly Queue<(DateTimeOffset At, Digest32 Receipt)> _order = new();
    private Digest32? _firstKeys;

    /// <summary>Requires a level. There is no default.</summary>
    /// <param name="level">What is asked for, and must be established.</param>
    /// <param name="options">By whose word. What they require themselves is required besides; it never makes the level less.</param>
    /// <param name="time">The clock that receipts are held against.</param>
    /// <exception cref="ArgumentException">They say whose word counts nowhere, or that something else is asked for.</exception>
    public ChatChecker(VerificationLevel level, CheckOptions options, TimeProvider time)
        : this(PolicyDocument.For(level), options, time) => Level = level;

    /// <summary>Requires a policy. There is no default.</summary>
    /// <param name="policy">What is asked for, and must be met.</param>
    /// <param name="options">By whose word. What they require themselves is required besides; it never makes the policy less.</param>
    /// <param name="time">The clock that receipts are held against.</param>
    /// <exception cref="ArgumentException">They say whose word counts nowhere, that something else is asked for, or have a policy that can't be joined with this one.</exception>
    public ChatChecker(PolicyDocument policy, CheckOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options.Asking(policy);
        _time = time;
        if (_options.Trust is null && !_options.FirstUse)
        {
            throw new ArgumentException("Name a trust file, or say that keys are taken on first use: without either no answer can be trusted.", nameof(options));
        }

        Asked = policy;
    }

    /// <summary>The level that is asked for; null: a policy.</summary>
    public VerificationLevel? Level { get; }

    /// <summary>The policy that is asked for: a level's, or another.</summary>
    public PolicyDocument Asked { get; }

    /// <summary>Whether a key set may be held against a stream while it comes: the trust file names it, or it is the first that was used.</summary>
    public bool Accepts(KeySet keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (_options.Trust is { } trust)
        {
            return trust.TrustsNode(keys.Digest);
        }

        lock (_section)
        {
            return _firstKeys is null || _firstKeys == keys.Digest;
        }
    }

    /// <summary>Checks an answer, and gives it out if everything that is required is met.</summary>
    /// <exception cref="ChatShortfallException">It isn't; the exception carries the verdict, and no text.</exception>
    public CheckedChat Check(ChatExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        DateTimeOffset now = _time.GetUtcNow();
        Verdict verdict = Judge(exchange, _options, now);
        ChatShortfallException Short(string reason, string why) => new(reason, $"The answer isn't released: {why}", verdict, exchange);
        if (verdict.Outcome != Outcome.Met)
        {
            throw Short(verdict.Reason, verdict.Summary);
        }

        // A policy needn't ask about alteration, and a receipt needn't show its fields; whoever sent bytes and got bytes asks.
        if (!Passes(verdict, "request/wire") || !Passes(verdict, "response/wire"))
        {
            throw Short(ChatClientCodes.NotCompared, "the receipt doesn't show what was asked and answered, so it may be another conversation's.");
        }

        ReceiptFacts receipt = verdict.Receipt!;

        // A payment gets the answer that it was made for, whenever it is fetched.
        DateTimeOffset earliest = (exchange.Payment is not null || exchange.SentAt > now - Oldest ? exchange.SentAt : now - Oldest) - ClockSkew;
        if (receipt.IssuedAt < earliest)
        {
            throw Short(ChatClientCodes.ReceiptOld, string.Create(CultureInfo.InvariantCulture, $"its receipt is of {receipt.IssuedAt:yyyy-MM-dd HH:mm:ss} UTC, too long before this request or its check: it is an old answer."));
        }

        if (ChatAnswerReader.TryReadAny(exchange.Kind, exchange.Answer, out bool isCut, out _) is not { } answer || isCut)
        {
            throw Short(ChatClientCodes.Unreadable, "it can't be read.");
        }

        lock (_section)
        {
            if (_options.Trust is null && (_firstKeys ??= receipt.KeySet) != receipt.KeySet)
            {
                throw Short(ChatClientCodes.KeysChanged, "it is signed by other keys than the answers before, which were taken on first use.");
            }

            while (_order.TryPeek(out (DateTimeOffset At, Digest32 Receipt) oldest) && oldest.At < now - Memory)
            {
                _used.Remove(_order.Dequeue().Receipt);
            }

            if (!_used.Add(receipt.Digest))
            {
                throw Short(ChatClientCodes.ReceiptUsed, "its receipt was already an earlier answer's, so it is that answer once more.");
            }

            _order.Enqueue((now, receipt.Digest));
        }

        return new CheckedChat(answer, verdict, exchange);
    }

    internal static Verdict Judge(ChatExchange exchange, CheckOptions options, DateTimeOffset now) => Verifier.Verify(options.Input(exchange.Bundle, exchange.Request, exchange.Answer, now));

    private static bool Passes(Verdict verdict, string check) => verdict.Checks.Any(outcome => outcome.Code == check && outcome.Result == CheckResult.Pass);
}
