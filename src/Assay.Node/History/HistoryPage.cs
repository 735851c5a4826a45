using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Issuing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.History;

/// <summary>Puts a part of an application's history together (spec/history.md): what the log's receipts say, each with its first receipt, and what they name with the content.</summary>
internal sealed class HistoryPage(ApplicationStore store, BundleSource bundles, TimeProvider time, bool showsContent)
{
    internal const string Profile = "assay/history/v1";

    // Requests may be long, and each configuration's is read.
    private const int MostBytesRead = 32 << 20;
    private const int MostConfigurations = 1000;

    // For all receipts of a page together: where no checkpoint comes, it doesn't come for any of them.
    private static readonly TimeSpan CheckpointWait = TimeSpan.FromSeconds(2);

    private static readonly string[] Shown =
    [
        .. ChatConfiguration.Fields.Select(static field => field.Name),
        .. new[] { ClaimRegistry.PartiesNode, ClaimRegistry.TimeReceived, ClaimRegistry.TimeStarted, ClaimRegistry.TimeFinished, ClaimRegistry.LineageRelation }.Select(static field => field.Name),
    ];

    private readonly List<(StoredConfiguration Known, Bundle Receipt, Digest32? Prompt, Digest32? Tools)> _configurations = [];
    private readonly Dictionary<Digest32, (string[] Raw, RegisteredVersion? Registered)> _prompts = [];
    private readonly Dictionary<Digest32, (string Raw, RegisteredVersion? Registered)> _tools = [];

    /// <summary>Makes the page of the configurations with numbers above one.</summary>
    internal async Task<byte[]> WriteAsync(string key, string application, int after, CancellationToken cancellation)
    {
        long asOf = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<StoredConfiguration> known = store.Configurations(key, application, after, MostConfigurations + 1);
        long read = 0;
        long began = Stopwatch.GetTimestamp();
        foreach (StoredConfiguration configuration in known.Take(MostConfigurations))
        {
            TimeSpan wait = CheckpointWait - Stopwatch.GetElapsedTime(began);
            (Bundle receipt, ReadOnlyMemory<byte> request) = await bundles.ShowAsync(configuration.Receipt, Shown, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellation).ConfigureAwait(false)
                ?? throw new InvalidDataException($"receipt {configuration.Receipt} of application '{application}' isn't there; run 'assay log fsck'");
            Keep(key, application, configuration, showsContent ? receipt : WithoutTexts(receipt), request);
            read += request.Length;
            if (read > MostBytesRead)
            {
                break;
            }
        }

        return Http.JsonReply.Bytes(json => Write(json, application, asOf, after, _configurations.Count < known.Count));
    }

    // Leaves that are texts, or have some, as the requests had them: what these say is as much the caller's as its prompts.
    private static Bundle WithoutTexts(Bundle receipt)
    {
        bool hasFormat = receipt.Claims.Text(ClaimRegistry.RequestResponseFormat) is not null;
        bool hasStop = receipt.Claims.Text(ClaimRegistry.RequestSampling)?.Contains("\"stop\"", StringComparison.Ordinal) == true;
        return !hasFormat && !hasStop ? receipt
            : receipt.Redact([.. Shown.Where(name => !(hasFormat && name == ClaimRegistry.RequestResponseFormat.Name) && !(hasStop && name == ClaimRegistry.RequestSampling.Name))], out _, out _)!;
    }

    private void Keep(string key, string application, StoredConfiguration configuration, Bundle receipt, ReadOnlyMemory<byte> body)
    {
        (Digest32? prompt, Digest32? tools) = (receipt.Claims.Digest(ClaimRegistry.RequestSystemPrompt), receipt.Claims.Digest(ClaimRegistry.RequestTools));
        _configurations.Add((configuration, receipt, prompt, tools));
        bool isNew = (prompt is { } p && !_prompts.ContainsKey(p)) || (tools is { } t && !_tools.ContainsKey(t));
        if (!isNew || ChatRequest.KindOf(receipt.Claims.Text(ClaimRegistry.RequestProtocol)) is not { } kind || ChatRequestReader.TryRead(kind, body, out _) is not { } request)
        {
            return;
        }

        if (prompt is { } named && RegisteredContent.OfPrompt(request) is { } canonical)
        {
            _prompts[named] = ([.. request.Messages.Where(static message => message.IsSystem).Select(static message => Encoding.UTF8.GetString(message.Raw.Span))], store.FindByDigest(key, application, RegisteredKind.Prompt, canonical));
        }

        if (tools is { } set && request.RawTools is { } raw)
        {
            _tools[set] = (Encoding.UTF8.GetString(raw.Span), RegisteredContent.OfTools(request) is { } spelling ? store.FindByDigest(key, application, RegisteredKind.Tools, spelling) : null);
        }
    }

    private void Write(Utf8JsonWriter json, string application, long asOf, int after, bool isMore)
    {
        json.WriteStartObject();
        json.WriteString("profile", Profile);
        json.WriteString("application", application);
        json.WriteNumber("asOf", asOf);
        json.WriteNumber("after", after);
        json.WriteBoolean("more", isMore);
        json.WriteStartArray("configurations");
        foreach ((StoredConfiguration known, Bundle receipt, Digest32? prompt, Digest32? tools) in _configurations)
        {
            json.WriteStartObject();
            json.WriteNumber("number", known.Number);
            json.WriteNumber("first", known.First);
            json.WriteNumber("last", known.Last);
            json.WriteNumber("receipts", known.Receipts);
            json.WriteString("receipt", Base64Url.EncodeToString(receipt.Encode()));
            json.WriteStartObject("registered");
            json.WriteString("prompt", prompt is { } p && _prompts.TryGetValue(p, out var content) ? content.Registered?.Label : null);
            json.WriteString("tools", tools is { } t && _tools.TryGetValue(t, out var set) ? set.Registered?.Label : null);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("systemPrompts");
        foreach ((Digest32 digest, (string[] raw, _)) in showsContent ? _prompts : [])
        {
            json.WriteStartArray(digest.ToString());
            Array.ForEach(raw, json.WriteStringValue);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartObject("tools");
        foreach ((Digest32 digest, (string raw, _)) in showsContent ? _tools : [])
        {
            json.WriteString(digest.ToString(), raw);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
