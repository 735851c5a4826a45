using Assay.Log;
using Assay.Node.Http;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.History;

/// <summary>The applications half of a node, put together: it knows every number that left before it answers anybody.</summary>
internal sealed class ApplicationHost : IAsyncDisposable
{
    // What waits to be read back after a crash is at most this much.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ApplicationStore _store;
    private readonly ReceiptFollower _follower;
    private readonly ITimer? _timer;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private readonly ApiKeyGate _gate;
    private readonly bool _isLoopback;
    private readonly Lock _turn = new();
    private bool _isOver;

    private ApplicationHost(NodeOptions options, TiledLog log, ApiKeyGate gate, ApplicationStore store, bool hasChat, TimeProvider time, Action<string> warn)
    {
        (_store, _gate, _time, _warn, _isLoopback) = (store, gate, time, warn, options.IsLoopback);
        _follower = new ReceiptFollower(log, store);
        _follower.RequireOwnLog();
        if (hasChat)
        {
            _follower.Follow();
            _timer = time.CreateTimer(_ => Turn(), null, Interval, Interval);
        }

        Book = new ApplicationBook(store, options.MaximumConfigurations, options.MaximumApplications, options.IsLoopback, time);
    }

    /// <summary>Who may ask as which application.</summary>
    internal ApplicationBook Book { get; }

    /// <summary>What answers for them; null until they are mapped.</summary>
    internal ApplicationEndpoints? Endpoints { get; private set; }

    /// <summary>Opens the folder's applications.</summary>
    /// <param name="options">Folder and bounds.</param>
    /// <param name="log">The log, opened.</param>
    /// <param name="gate">Whose they are.</param>
    /// <param name="hasChat">Whether the node answers chats: else nothing new comes, and the log is read when somebody asks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Where the operator reads what went wrong.</param>
    /// <exception cref="InvalidDataException">The store and the log don't agree.</exception>
    internal static ApplicationHost Open(NodeOptions options, TiledLog log, ApiKeyGate gate, bool hasChat, TimeProvider time, Action<string> warn)
    {
        ApplicationStore store = ApplicationStore.Open(options.Folder);
        try
        {
            return new ApplicationHost(options, log, gate, store, hasChat, time, warn);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    internal void Map(IEndpointRouteBuilder routes, BundleSource bundles) => (Endpoints = new ApplicationEndpoints(_gate, Book, _store, _follower, bundles, _time, _isLoopback)).Map(routes);

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        lock (_turn)
        {
            _isOver = true;
        }

        Endpoints?.Dispose();
        _store.Dispose();
    }

    private void Turn()
    {
        // The turn before may be at it still.
        if (!_turn.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isOver)
            {
                _follower.Follow();
            }
        }
        catch (Exception e)
        {
            // Whatever it is: answers don't rest on it before the next start, and it mustn't end the process.
            _warn($"assay: histories of applications stand still: {e.Message}");
        }
        finally
        {
            _turn.Exit();
        }
    }
}
