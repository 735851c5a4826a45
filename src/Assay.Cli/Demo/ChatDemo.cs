using System.Runtime.InteropServices;
using System.Text;
using Assay.Chat;
using Assay.Cli.Chatting;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Llama;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Demo;

/// <summary>
/// <c>assay demo --chat</c>: the shipped language model is asked, as a stream; its receipt is checked offline and the model asked again; then the
/// operator swaps the model, once openly and once with a lie, and somebody on the way changes what was asked and answered. Every line comes from the
/// run; it ends with 1 if anything that should hold doesn't.
/// </summary>
internal sealed class ChatDemo(Output output, HttpClient http, string folder, string models)
{
    private const string Name = "tiny-kjv", Origin = "demo.example/chat";
    private const string Body = """{"model":"tiny-kjv","messages":[{"role":"system","content":"Speak as the book speaks."},{"role":"user","content":"And God said"}],"max_tokens":80,"temperature":0.7,"seed":2026,"stream":true,"verification":"signed"}""";

    private readonly string _gguf = Path.Combine(models, Name, "tinylm.gguf");
    private int _surprises;

    /// <summary>What to say where there is no llama.cpp.</summary>
    internal static CliException NoLibrary(string why) => new(
        ExitCodes.CannotEvaluate,
        "demo/no-llama",
        $"This demo needs llama.cpp's library, and it can't be used here: {why}",
        "It would ask a small language model, check the receipt of what it said, and ask it again; then swap the model, once openly and once with a lie, change the question and one word of the answer, cut the stream, and show how each is named.");

    internal async Task<int> RunAsync(CancellationToken cancellation)
    {
        Act("1. A node with a language model: 870,000 parameters, trained on the King James Bible, in the repository");
        TrustFile trust;
        ModelId known;
        Asked honest;
        await using (NodeHost node = await StartAsync(Open(_gguf), cancellation).ConfigureAwait(false))
        {
            known = node.Chat.Models[0].Backend.Info.Model!.Value;
            trust = TrustOf(node);
            output.Line($"   model     {Name}, id {known}");
            output.Line($"   computed  by {node.Chat.Models[0].Backend.Info.Backend}");

            Act("2. It is asked; the answer streams, and its last event leaves when the receipt is durable");
            honest = await AskAsync(node, Encoding.UTF8.GetBytes(Body), cancellation).ConfigureAwait(false);
            output.Line($"   asked     And God said   (with the system prompt 'Speak as the book speaks.')");
            output.Line($"   answered  {Words(honest.Stream)}");
            output.Line($"   receipt   {honest.Id}, {honest.Capture.Count} events bound");
        }

        Act("3. The node is off. What the receipt shows, and what asking the same file again shows");
        Show("the receipt alone", Check(honest, trust), Outcome.Met);
        Verdict replayed = Check(honest, trust, replay: _gguf);
        Show("and the model asked again here", replayed, Outcome.Met);
        Expect(replayed.Questions.Any(static question => question.Question == Question.ComputedRight && question.Status == QuestionStatus.Established));

        Act("4. The operator swaps the model: other weights under the same name");
        string swapped = Swap();
        await using (NodeHost node = await StartAsync(Open(swapped), cancellation).ConfigureAwait(false))
        {
            Asked other = await AskAsync(node, Encoding.UTF8.GetBytes(Body), cancellation).ConfigureAwait(false);
            output.Line($"   answered  {Words(other.Stream)}");
            Show("its receipt says which model ran, and it isn't the one that was called", Check(other, TrustOf(node), called: known.ToString()), Outcome.Untrusted, "model/differs");
        }

        await using (NodeHost node = await StartAsync(new LyingBackend(Open(swapped), known), cancellation).ConfigureAwait(false))
        {
            Asked other = await AskAsync(node, Encoding.UTF8.GetBytes(Body), cancellation).ConfigureAwait(false);
            TrustFile here = TrustOf(node);
            output.Line();
            output.Line("   Now it lies: the swapped model answers, and the receipt names the old one.");
            Show("by the receipt alone nothing is wrong: the operator's word is all there is", Check(other, here, called: known.ToString()), Outcome.Met);
            Show("asked again, the model that it names says something else", Check(other, here, called: known.ToString(), replay: _gguf), Outcome.Untrusted, "replay/output-differs");
        }

        Act("5. Somebody on the way changes what was asked and answered");
        string changed = Body.Replace("Speak as the book speaks.", "Praise our sponsor.", StringComparison.Ordinal);
        Show("another system prompt was asked than you sent", Check(honest with { Request = Encoding.UTF8.GetBytes(changed) }, trust), Outcome.Untrusted, "chat/system-prompt-differs");
        Show("one word of the answer", Check(honest with { Stream = Altered(honest.Stream) }, trust), Outcome.Untrusted, "chat/content-differs");
        Show("the end of the stream is missing", Check(honest with { Stream = Cut(honest.Stream) }, trust), Outcome.Untrusted, "chat/stream-cut");
        output.Line();
        output.Line($"Files: {folder}");
        return _surprises == 0 ? ExitCodes.Met : ExitCodes.Untrusted;
    }

    // So small a model is fastest by one thread: two would wait for each other.
    private static LlamaBackend Open(string gguf) => LlamaBackend.Open(gguf, new LlamaOptions { Threads = 1 });

    private async Task<NodeHost> StartAsync(IChatBackend backend, CancellationToken cancellation)
    {
        string place = Directory.CreateDirectory(Path.Combine(folder, $"node-{Directory.GetDirectories(folder, "node-*").Length + 1}")).FullName;
        NodeOptions options = new() { Folder = place, Url = "http://127.0.0.1:0", Origin = Origin };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(place, Origin, TimeProvider.System.GetUtcNow());
        ChatModel model = new(new ModelTerms(Name, "entertainment", null, WeightsPublic: true), backend) { Description = "a tiny language model" };
        return await NodeHost.StartAsync(options, identity, new ModelCatalog([]), TimeProvider.System, cancellation, new ChatCatalog([model])).ConfigureAwait(false);
    }

    private static TrustFile TrustOf(NodeHost node) =>
        TrustFile.TryParse(Encoding.UTF8.GetBytes(string.Join('\n', TrustFile.LinesFor(node.Identity.KeySet)) + "\n"), out _, out _) ?? throw new InvalidOperationException("the node's own trust lines can't be read");

    private async Task<Asked> AskAsync(NodeHost node, byte[] question, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(node.Address, "v1/chat/completions")) { Content = new ByteArrayContent(question) };
        request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        byte[] stream = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(stream));
        }

        SseCapture capture = SseCapture.TryRead(stream, out string? error) ?? throw new InvalidOperationException(error);
        string id = response.Headers.GetValues("Assay-Receipt").Single();
        byte[] bundle = await new AssayClient(http, node.Address, TimeProvider.System).GetBundleAsync(
            ReceiptId.TryParse(id, out ReceiptId parsed) ? parsed : throw new InvalidOperationException(id), response.Headers.GetValues(ReadSecret.Header).Single(), cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(folder, id + ".receipt"), bundle, cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(folder, id + ".sse"), stream, cancellation).ConfigureAwait(false);
        return new Asked(id, question, capture.Transcript.ToArray(), bundle, capture);
    }

    private static Verdict Check(Asked asked, TrustFile trust, string? called = null, string? replay = null) => Verifier.Verify(new VerificationInput
    {
        Bundle = asked.Bundle,
        Trust = trust,
        Now = TimeProvider.System.GetUtcNow(),
        RequestBytes = asked.Request,
        ResponseBytes = asked.Stream,
        CalledModel = called,
        ChatReplayer = replay is null ? null : new LlamaReplayer(replay, CancellationToken.None),
    });

    private void Show(string what, Verdict verdict, Outcome expected, string? detail = null)
    {
        output.Line($"   {what}:");
        output.Line($"      {verdict.Summary}");
        CheckOutcome[] failed = [.. verdict.Checks.Where(static check => check.Result == CheckResult.Fail)];
        foreach (CheckOutcome check in failed)
        {
            output.Line($"      {check.Code,-18} {check.Detail,-28} {check.Sentence}");
        }

        if (failed.Length == 0)
        {
            foreach (QuestionResult question in verdict.Questions.Take(3))
            {
                output.Line($"      {PolicyNames.Title(question.Question),-24} {question.Sentence}");
            }
        }

        Expect(verdict.Outcome == expected && (detail is null || failed.Any(check => check.Detail == detail)));
    }

    private static string Words(byte[] transcript) =>
        ChatStreamReader.TryRead(ChatKind.Chat, transcript, out string? error) is { Choices: [var choice, ..] } ? (choice.Content ?? "").ReplaceLineEndings(" ").Trim() : $"(can't be read: {error})";

    // Half of the last layers' numbers, made smaller: a model that still speaks, of other weights.
    private string Swap()
    {
        byte[] file = File.ReadAllBytes(_gguf);
        Span<float> weights = MemoryMarshal.Cast<byte, float>(file.AsSpan(file.Length / 8 * 4));
        for (int i = 0; i < weights.Length; i += 2)
        {
            weights[i] *= 0.9f;
        }

        string path = Path.Combine(folder, "swapped.gguf");
        File.WriteAllBytes(path, file);
        return path;
    }

    // The first letter of the first piece of text that has one becomes another.
    private static byte[] Altered(byte[] transcript)
    {
        byte[] other = [.. transcript];
        int at = other.AsSpan().IndexOf("\"content\":\""u8);
        while (at >= 0 && !char.IsAsciiLetter((char)other[at + 11]))
        {
            int next = other.AsSpan(at + 11).IndexOf("\"content\":\""u8);
            at = next < 0 ? -1 : at + 11 + next;
        }

        other[at + 11] = (byte)(other[at + 11] == 'x' ? 'y' : 'x');
        return other;
    }

    private static byte[] Cut(byte[] transcript) => transcript[..(transcript.AsSpan(0, transcript.Length / 2).LastIndexOf((byte)'\n') + 1)];

    private void Expect(bool holds) => _surprises += holds ? 0 : 1;

    private void Act(string title)
    {
        output.Line();
        output.Line(title);
    }

    private sealed record Asked(string Id, byte[] Request, byte[] Stream, byte[] Bundle, SseCapture Capture);

    // An operator who swaps the model and doesn't say so.
    private sealed class LyingBackend(IChatBackend real, ModelId named) : IChatBackend
    {
        public ChatBackendInfo Info => real.Info with { Model = named };

        public ChatPlan? Plan(ChatRequest request, out ChatFault? fault) => real.Plan(request, out fault);

        public IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, CancellationToken cancellation) => real.RunAsync(plan, report, cancellation);

        public void Dispose() => real.Dispose();
    }
}
