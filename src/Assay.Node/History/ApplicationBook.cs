using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>
/// Who may ask as which application, and which number a configuration has. Numbers are given in memory, and become durable with the receipt that has them and by nothing
/// else: what isn't durable never left, and what is durable is read back from the log before the node answers anybody (<see cref="ReceiptFollower"/>).
/// </summary>
/// <param name="store">What is known.</param>
/// <param name="mostConfigurations">Most that callers ask for in one application. What answers may make more numbers of each than one, and a hundred times as many together.</param>
/// <param name="mostApplications">Most of one API key.</param>
/// <param name="isLoopback">Whether callers without a key are this machine's own. On a network they are strangers who share one key's room: any of them could fill it for all.</param>
/// <param name="time">The clock.</param>
internal sealed class ApplicationBook(ApplicationStore store, int mostConfigurations, int mostApplications, bool isLoopback, TimeProvider time)
{
    private const int NumbersOfEach = 100;

    internal const int MostNames = 100;
    internal const int MostVersions = 1000;
    internal const long MostRegisteredBytes = 64 << 20;

    private readonly Lock _gate = new();
    private readonly Lock _changing = new();
    private readonly Dictionary<(string Key, string Name), ApplicationEntry> _entries = [];

    /// <summary>Lets a request work as an application, which is taken from body, header and key; a request that names none, with a key that names none, is no application's.</summary>
    /// <param name="job">What was planned; it gets its place in the application.</param>
    /// <param name="headers">The values of the header Assay-Application.</param>
    internal NodeError? TryEnter(ChatJob job, IReadOnlyList<string?> headers)
    {
        if (NameOf(job, headers, out string? name) is { } refused)
        {
            return refused;
        }

        if (name is null)
        {
            return null;
        }

        ApplicationEntry? entry;
        bool isClosed;
        lock (_gate)
        {
            if (Open(job.Caller.Name, name, out entry) is { } full)
            {
                return full;
            }

            entry!.Running++;
            isClosed = entry.IsClosed;
        }

        // Not under the lock: a request may be long.
        (Digest32? prompt, Digest32? tools) = isClosed ? (RegisteredContent.OfPrompt(job.Request), RegisteredContent.OfTools(job.Request)) : (null, null);
        ChatConfiguration planned = ChatConfiguration.Of(ChatClaims.Of(job));
        RegisteredKind? unregistered;
        bool isFull;
        lock (_gate)
        {
            unregistered = prompt is { } system && !entry.Prompts.Contains(system) ? RegisteredKind.Prompt : tools is { } set && !entry.Tools.Contains(set) ? RegisteredKind.Tools : null;

            // What answers elsewhere says only afterwards what it was: a caller that asks for what it asked before isn't held to that, as long as there is any room.
            bool isReserving = !entry.Asked.Contains(planned.Asked);
            bool hasRoom = (long)entry.Numbers.Count + entry.Running <= (long)NumbersOfEach * mostConfigurations || (job.Model.RunsHere && entry.Numbers.ContainsKey(planned.Digest));
            isFull = isReserving && entry.Asked.Count + entry.Reserved >= mostConfigurations;
            if (unregistered is null && !isFull && hasRoom)
            {
                entry.Reserved += isReserving ? 1 : 0;
                job.Application = new ApplicationUse(this, entry, isReserving);
                return null;
            }
        }

        Leave(entry, false);
        return unregistered is { } kind ? Unregistered(entry, kind, job.Request)
            : isFull ? new NodeError(422, "application/too-many-configurations", $"The application '{name}' has as many configurations as this node tells apart: {mostConfigurations}.",
                "Use another application's name for what is something else, and keep what changes with each request out of the system prompt.") { Param = "application", IsFinal = true }
            : new NodeError(422, "application/too-many-configurations", $"The application '{name}' has as many numbers as this node gives: {(long)NumbersOfEach * mostConfigurations}, most of them because what answered was another each time.",
                "Use another application's name.") { Param = "application", IsFinal = true };
    }

    /// <summary>The number of a configuration.</summary>
    internal int NumberOf(ApplicationEntry entry, ChatConfiguration configuration)
    {
        lock (_gate)
        {
            // Whoever left before it asks here finds what others use by now: two entries of one application would give numbers twice.
            if (!_entries.TryGetValue((entry.Key, entry.Name), out ApplicationEntry? current))
            {
                _entries[(entry.Key, entry.Name)] = current = entry;
            }

            current.Asked.Add(configuration.Asked);
            if (!current.Numbers.TryGetValue(configuration.Digest, out int number))
            {
                current.Numbers[configuration.Digest] = number = ++current.Last;
            }

            return number;
        }
    }

    internal void Leave(ApplicationEntry entry, bool isReserving)
    {
        lock (_gate)
        {
            entry.Running--;
            entry.Reserved -= isReserving ? 1 : 0;
            Forget(entry);
        }
    }

    /// <summary>Closes or opens an application; durable when it returns.</summary>
    internal NodeError? SetClosed(string key, string name, bool isClosed) => Change(key, name, entry =>
    {
        store.SetClosed(key, name, isClosed);
        lock (_gate)
        {
            entry.IsClosed = isClosed;
        }

        return null;
    });

    /// <summary>Registers content; the same as the last version's is that version. Durable when it returns.</summary>
    internal (RegisteredVersion? Version, NodeError? Error) Register(string key, string application, RegisteredKind kind, string name, Digest32 digest, byte[] content)
    {
        RegisteredVersion? version = null;
        NodeError? error = Change(key, application, entry =>
        {
            RegisteredVersion? last = store.Registered(key, application, kind, name, 0);
            if (last?.Digest == digest)
            {
                version = last;
                return null;
            }

            if (last?.Version >= MostVersions || (last is null && store.Registered(key, application, kind).Count >= MostNames) || store.RegisteredBytes(key) + content.Length > MostRegisteredBytes)
            {
                return new NodeError(422, "application/full", $"At most {MostNames} names of a kind, {MostVersions} versions of each, and {MostRegisteredBytes} bytes of one API key.", "Use another application's name.");
            }

            RegisteredVersion next = new(name, (last?.Version ?? 0) + 1, digest, time.GetUtcNow().ToUnixTimeMilliseconds(), content);
            store.Register(key, application, kind, next);
            version = next;
            lock (_gate)
            {
                (kind == RegisteredKind.Prompt ? entry.Prompts : entry.Tools).Add(digest);
            }

            return null;
        });
        return (version, error);
    }

    // One at a time, so that memory and disk have the same last word; the disk isn't waited for under the lock that requests take.
    private NodeError? Change(string key, string name, Func<ApplicationEntry, NodeError?> change)
    {
        lock (_changing)
        {
            ApplicationEntry? entry;
            lock (_gate)
            {
                if (Open(key, name, out entry) is { } full)
                {
                    return full;
                }

                entry!.Running++;
            }

            try
            {
                NodeError? error = change(entry);
                lock (_gate)
                {
                    entry.IsStored |= error is null;
                }

                return error;
            }
            finally
            {
                Leave(entry, false);
            }
        }
    }

    /// <summary>Why a caller may have no application here; null: it may.</summary>
    internal NodeError? StrangerAt(ApiKey caller) => isLoopback || caller.Name != ApiKey.AnonymousName ? null
        : new NodeError(403, "application/needs-key", "This node is reachable from elsewhere: callers without an API key have no applications of their own here.", "Ask the operator for a key; or leave 'application' out.") { Param = "application", IsFinal = true };

    private NodeError? NameOf(ChatJob job, IReadOnlyList<string?> headers, out string? name)
    {
        string[] named = [.. headers.Append(job.Request.Application).OfType<string>().Distinct(StringComparer.Ordinal)];
        name = named.Length == 0 ? job.Caller.Application : named[0];
        return named.Length > 1 ? new NodeError(400, "application/contradiction", "Body and header name different applications.", "Name it once, as 'application' in the body or in the header Assay-Application.") { Param = "application" }
            : name is not null && !ChatLineage.IsName(name) ? NotAName()
            : job.Caller.Application is { } own && own != name ? new NodeError(403, "application/not-allowed", $"Your API key is for the application '{own}' alone.", "Leave 'application' out, or ask the operator.") { Param = "application" }
            : name is not null && job.Caller.Application is null ? StrangerAt(job.Caller)
            : null;
    }

    internal static NodeError NotAName() =>
        new(400, "application/name", $"A name has 1 to {ChatLineage.NameLength} of a-z, 0-9, '.', '_' and '-', the first a letter or a digit.") { Param = "application" };

    // Under the lock.
    private NodeError? Open(string key, string name, out ApplicationEntry? entry)
    {
        if (_entries.TryGetValue((key, name), out entry))
        {
            return null;
        }

        bool isStored = store.Has(key, name);
        if (!isStored && store.Names(key).Union(_entries.Keys.Where(known => known.Key == key).Select(static known => known.Name)).Count() >= mostApplications)
        {
            return new NodeError(422, "application/too-many", $"Your API key has {mostApplications} applications, which is as many as this node keeps apart.", "Use one of them: GET /v1/applications lists them.") { Param = "application", IsFinal = true };
        }

        entry = new ApplicationEntry(key, name)
        {
            Numbers = store.Numbers(key, name),
            Asked = store.Asked(key, name),
            Last = store.LastNumber(key, name),
            IsClosed = store.IsClosed(key, name),
            IsStored = isStored,
            Prompts = store.Digests(key, name, RegisteredKind.Prompt),
            Tools = store.Digests(key, name, RegisteredKind.Tools),
        };
        _entries[(key, name)] = entry;
        return null;
    }

    // Names that came to nothing take no room.
    private void Forget(ApplicationEntry entry)
    {
        if (entry is { Running: 0, IsStored: false, Numbers.Count: 0 })
        {
            _entries.Remove((entry.Key, entry.Name));
        }
    }

    private NodeError Unregistered(ApplicationEntry entry, RegisteredKind kind, ChatRequest request)
    {
        string? nearest = RegisteredNearest.Find(store, entry, kind, request);
        return new NodeError(422, "application/not-registered",
            $"The application '{entry.Name}' is closed, and {(kind == RegisteredKind.Prompt ? "the request's system prompt is no registered version of a prompt" : "the request's tools are no registered version of a tool set")}.",
            nearest is null ? "None is registered: 'assay prompt add' and 'assay tools add' do that." : $"Nearest is {nearest}.")
        {
            Param = kind == RegisteredKind.Prompt ? "messages" : "tools",
            Alternatives = nearest is null ? [] : [nearest],
            IsFinal = true,
        };
    }
}
