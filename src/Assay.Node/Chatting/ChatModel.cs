using Assay.Chat;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Serving;

namespace Assay.Node.Chatting;

/// <summary>A chat model that the node answers with: its name and terms, and what computes its answers. It isn't in the model store, and has no program.</summary>
public sealed class ChatModel : IDisposable
{
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private ModelTerms _terms;
    private int _all;

    /// <summary>Makes one.</summary>
    /// <param name="terms">Name, declared use, minimum level; the rest follows from what a chat model is.</param>
    /// <param name="backend">What computes its answers; disposed with the model.</param>
    public ChatModel(ModelTerms terms, IChatBackend backend)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(backend);
        Backend = backend;
        _terms = terms with { IsExact = false, IsChat = true, NoTee = RunsHere ? terms.NoTee : "somebody else's server answers for it, and hardware here can't vouch for that" };
    }

    /// <summary>What it can be asked for: a snapshot, which changes as a whole when the node's attestation comes or goes.</summary>
    public ModelTerms Terms => Volatile.Read(ref _terms);

    /// <summary>What computes its answers.</summary>
    public IChatBackend Backend { get; }

    /// <summary>One line about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>How much it may be asked for.</summary>
    public ChatModelLimits Limits { get; init; } = new();

    /// <summary>When it was set up, Unix seconds: the member <c>created</c> of listings.</summary>
    public long Created { get; init; }

    /// <summary>Whether this process computes its answers: then its weights are known.</summary>
    public bool RunsHere => Backend.Info.Model is not null;

    /// <summary>Measured times, for advice.</summary>
    public RunningTimes Times { get; } = new();

    /// <summary>Attested hardware vouches for runs here from now on, or doesn't, and why not.</summary>
    internal void OfferTee(string? refusal)
    {
        if (RunsHere)
        {
            Volatile.Write(ref _terms, _terms with { NoTee = refusal });
        }
    }

    /// <summary>Takes a place for an answer, to be given back with <see cref="Leave"/>.</summary>
    /// <param name="key">Who asks.</param>
    /// <returns>Null, or why there is none.</returns>
    internal NodeError? TryEnter(ApiKey key)
    {
        lock (_lock)
        {
            int own = _running.GetValueOrDefault(key.Name);
            if (own >= Limits.ConcurrentPerKey)
            {
                return new NodeError(429, "chat/key-busy", $"You may have {Limits.ConcurrentPerKey} answers of '{_terms.Name}' at the same time.", "Wait for one of them to end.") { RetryAfterSeconds = 1 };
            }

            if (_all >= Limits.Concurrent)
            {
                return new NodeError(503, "chat/busy", $"'{_terms.Name}' answers {Limits.Concurrent} requests at the same time, and has as many.", "Try again in a second.");
            }

            _running[key.Name] = own + 1;
            _all++;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    internal void Leave(ApiKey key)
    {
        lock (_lock)
        {
            _all--;
            if (--_running[key.Name] == 0)
            {
                _running.Remove(key.Name);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Backend.Dispose();
}
