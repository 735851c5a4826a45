using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Errors;
using Assay.Node.History;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary>Applications of a caller's API key: their histories, and what is registered under them (spec/history.md). Nobody else's key sees any of it.</summary>
internal sealed class ApplicationEndpoints(ApiKeyGate gate, ApplicationBook book, ApplicationStore store, ReceiptFollower follower, BundleSource bundles, TimeProvider time, bool isLoopback) : IDisposable
{
    /// <summary>The header that names the application of a request.</summary>
    internal const string Header = "Assay-Application";

    // Each reads receipts and holds a page.
    private readonly SemaphoreSlim _histories = new(4);

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/applications", ListAsync);
        routes.MapPut("/v1/applications/{app}", (HttpContext context, string app) => ForAsync(context, app, isChange: true, key => CloseAsync(context, key, app)));
        routes.MapGet("/v1/applications/{app}/history", (HttpContext context, string app) => ForAsync(context, app, isChange: false, key => HistoryAsync(context, key, app)));
        foreach ((string path, RegisteredKind kind) in new[] { ("prompts", RegisteredKind.Prompt), ("tools", RegisteredKind.Tools) })
        {
            string folder = $"/v1/applications/{{app}}/{path}";
            routes.MapGet(folder, (HttpContext context, string app) => ForAsync(context, app, isChange: false, key => NamesAsync(context, key, app, kind)));
            routes.MapPut(folder + "/{name}", (HttpContext context, string app, string name) => ForAsync(context, app, isChange: true, key => RegisterAsync(context, key, app, kind, name)));
            routes.MapGet(folder + "/{name}", (HttpContext context, string app, string name) => ForAsync(context, app, isChange: false, key => VersionsAsync(context, key, app, kind, name)));
            routes.MapGet(folder + "/{name}/{version}", (HttpContext context, string app, string name, string version) => ForAsync(context, app, isChange: false, key => VersionAsync(context, key, app, kind, name, version)));
        }
    }

    private async Task ForAsync(HttpContext context, string? application, bool isChange, Func<ApiKey, Task<NodeError?>> answer)
    {
        using ApiKeyLease? lease = gate.TryEnter(context.Request.Headers.Authorization, out NodeError? refused);
        refused ??= application is not null && !ChatLineage.IsName(application) ? ApplicationBook.NotAName()
            : !isChange ? null
            : book.StrangerAt(lease!.Key) is { } stranger ? stranger
            : !lease!.Key.MayRegister ? new NodeError(403, "application/not-allowed", "Your API key may not register, close or open anything.", "The operator decides that in the key file ('mayRegister').")
            : lease.Key.Application is { } own && own != application ? new NodeError(403, "application/not-allowed", $"Your API key is for the application '{own}' alone.", "Ask the operator for another key.")
            : null;
        context.Response.Headers.CacheControl = "private, no-store";
        refused ??= await answer(lease!.Key).ConfigureAwait(false);
        if (refused is not null)
        {
            await JsonReply.ErrorAsync(context, refused).ConfigureAwait(false);
        }
    }

    public void Dispose() => _histories.Dispose();

    private Task ListAsync(HttpContext context) => ForAsync(context, null, isChange: false, key => ListAsync(context, key));

    private async Task<NodeError?> ListAsync(HttpContext context, ApiKey key)
    {
        follower.Follow();
        await JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("applications");
            foreach (ApplicationSummary application in store.List(key.Name))
            {
                json.WriteStartObject();
                json.WriteString("name", application.Name);
                json.WriteBoolean("closed", application.IsClosed);
                json.WriteNumber("configurations", application.Configurations);
                json.WriteNumber("receipts", application.Receipts);
                if (application.Last is { } last)
                {
                    json.WriteNumber("last", last);
                }
                else
                {
                    json.WriteNull("last");
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }).ConfigureAwait(false);
        return null;
    }

    private async Task<NodeError?> HistoryAsync(HttpContext context, ApiKey key, string application)
    {
        string wish = context.Request.Query["after"].ToString();
        int after = 0;
        if (wish.Length > 0 && !int.TryParse(wish, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return new NodeError(400, "application/after", "'after' is a configuration's number.", "Leave it out to begin with the first.");
        }

        await _histories.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            follower.Follow();
            if (!store.Has(key.Name, application))
            {
                return Unknown(application);
            }

            byte[] page = await PageAsync(key, application, after, isLoopback, context.RequestAborted).ConfigureAwait(false);
            await JsonReply.WriteAsync(context, 200, page).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _histories.Release();
        }
    }

    // Those without a key share what they have: on a network that is strangers, who get no texts of each other's.
    internal Task<byte[]> PageAsync(ApiKey key, string application, int after, bool amongOwn, CancellationToken cancellation) =>
        new HistoryPage(store, bundles, time, showsContent: amongOwn || key.Name != ApiKey.AnonymousName).WriteAsync(key.Name, application, after, cancellation);

    private async Task<NodeError?> CloseAsync(HttpContext context, ApiKey key, string application)
    {
        byte[]? body = await OipEndpoints.ReadBodyAsync(context.Request.BodyReader, 1024, context.RequestAborted).ConfigureAwait(false);
        if (body is null || StrictJson.TryParse(body, 1024, 4) is not { ValueKind: JsonValueKind.Object } json || json.GetPropertyCount() != 1 || !json.TryGetProperty("closed", out JsonElement closed) || closed.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return new NodeError(400, "application/content", "The body must be {\"closed\":true} or {\"closed\":false}.");
        }

        if (book.SetClosed(key.Name, application, closed.GetBoolean()) is { } refused)
        {
            return refused;
        }

        await JsonReply.WriteAsync(context, 200, reply =>
        {
            reply.WriteStartObject();
            reply.WriteString("name", application);
            reply.WriteBoolean("closed", closed.GetBoolean());
            reply.WriteEndObject();
        }).ConfigureAwait(false);
        return null;
    }

    private async Task<NodeError?> RegisterAsync(HttpContext context, ApiKey key, string application, RegisteredKind kind, string name)
    {
        if (!ChatLineage.IsName(name))
        {
            return ApplicationBook.NotAName();
        }

        byte[]? body = await OipEndpoints.ReadBodyAsync(context.Request.BodyReader, RegisteredContent.MaxBytes, context.RequestAborted).ConfigureAwait(false);
        if (body is null)
        {
            return new NodeError(413, "body_too_large", $"The body is longer than {RegisteredContent.MaxBytes} bytes.", "Send less.");
        }

        if (kind == RegisteredKind.Prompt && context.Request.ContentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) == true)
        {
            if (!System.Text.Unicode.Utf8.IsValid(body))
            {
                return new NodeError(400, "application/content", "A text must be UTF-8.");
            }

            StringBuilder text = new();
            CanonicalText.Append(text, Encoding.UTF8.GetString(body));
            body = Encoding.UTF8.GetBytes(text.ToString());
        }

        if (RegisteredContent.TryRead(kind, body, out byte[] content, out string why) is not { } digest)
        {
            return new NodeError(400, "application/content", why);
        }

        (RegisteredVersion? version, NodeError? error) = book.Register(key.Name, application, kind, name, digest, content);
        if (error is not null)
        {
            return error;
        }

        await JsonReply.WriteAsync(context, 200, json => Write(json, version!)).ConfigureAwait(false);
        return null;
    }

    private async Task<NodeError?> NamesAsync(HttpContext context, ApiKey key, string application, RegisteredKind kind)
    {
        if (!store.Has(key.Name, application))
        {
            return Unknown(application);
        }

        await WriteAsync(context, kind == RegisteredKind.Prompt ? "prompts" : "tools", store.Registered(key.Name, application, kind)).ConfigureAwait(false);
        return null;
    }

    private async Task<NodeError?> VersionsAsync(HttpContext context, ApiKey key, string application, RegisteredKind kind, string name)
    {
        List<RegisteredVersion> versions = store.VersionsOf(key.Name, application, kind, name);
        if (versions.Count == 0)
        {
            return Missing(kind, name, application);
        }

        await WriteAsync(context, "versions", versions).ConfigureAwait(false);
        return null;
    }

    private async Task<NodeError?> VersionAsync(HttpContext context, ApiKey key, string application, RegisteredKind kind, string name, string version)
    {
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0 || store.Registered(key.Name, application, kind, name, number) is not { } found)
        {
            return Missing(kind, $"{name}@{version}", application);
        }

        await JsonReply.WriteAsync(context, 200, json => Write(json, found)).ConfigureAwait(false);
        return null;
    }

    private static Task WriteAsync(HttpContext context, string member, List<RegisteredVersion> versions) => JsonReply.WriteAsync(context, 200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray(member);
        versions.ForEach(version => Write(json, version));
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, RegisteredVersion version)
    {
        json.WriteStartObject();
        json.WriteString("name", version.Name);
        json.WriteNumber("version", version.Version);
        json.WriteNumber("created", version.Created);
        json.WriteString("sha256", version.Digest.ToString());
        if (version.Content.Length > 0)
        {
            // As a text, so that nothing on the way spells it anew.
            json.WriteString("content", version.Content);
        }

        json.WriteEndObject();
    }

    private static NodeError Unknown(string application) => new(404, "application/unknown", $"Your API key has no application '{application}' here.", "GET /v1/applications lists those that it has.");

    private static NodeError Missing(RegisteredKind kind, string name, string application)
    {
        string shown = name.Length <= ChatLineage.NameLength ? name : name[..ChatLineage.NameLength] + "...";
        return new NodeError(404, "application/no-version", $"No such {(kind == RegisteredKind.Prompt ? "prompt" : "tool set")} or version: '{shown}'.", $"GET /v1/applications/{application}/{(kind == RegisteredKind.Prompt ? "prompts" : "tools")} lists those that there are.");
    }
}
