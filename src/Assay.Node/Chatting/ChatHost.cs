using Assay.Node.Attesting;
using Assay.Node.History;
using Assay.Node.Http;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Releasing;
using Assay.Node.Serving;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Chatting;

/// <summary>The chat half of a node, put together.</summary>
internal sealed class ChatHost : IAsyncDisposable
{
    private readonly ProgressSigner _signer;
    private readonly ChatEndpoints _endpoints;

    internal ChatHost(NodeOptions options, NodeIdentity identity, ChatCatalog catalog, ApiKeyGate gate, ReceiptIssuer issuer, ReleaseGate release, WithheldReceipts withheld, TeeEvidence tee, PaymentDesk? desk, ApplicationBook applications, TimeProvider time, Action<string> warn, CancellationToken stopping)
    {
        Catalog = catalog;
        _signer = new ProgressSigner(identity, time, warn);
        ChatReceipts receipts = new(identity, catalog, issuer, release, withheld, tee, time);
        _endpoints = new ChatEndpoints(options, identity, gate, new ChatPlanner(options, catalog, release, tee, time), applications, new ChatService(receipts, _signer, time), desk, time, stopping);
    }

    internal ChatCatalog Catalog { get; }

    /// <summary>Refuses a chat model that has the name or looks like the id of another model: a name means one thing.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    internal static void RequireOwnNames(ChatCatalog chat, ModelCatalog models)
    {
        if (chat.Models.FirstOrDefault(model => models.Find(model.Terms.Name) is not null) is { } twice)
        {
            throw new ArgumentException($"the chat model '{twice.Terms.Name}' has the name of another model of this node; rename one of them", nameof(chat));
        }
    }

    internal void Map(IEndpointRouteBuilder routes) => _endpoints.Map(routes);

    public async ValueTask DisposeAsync()
    {
        await _signer.DisposeAsync().ConfigureAwait(false);
        Catalog.Dispose();
    }
}
