using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private static readonly string[] OfRequest = [CheckCodes.RequestWire, CheckCodes.RequestInputs];

    private static readonly string[] OfAnswer = [CheckCodes.ResponseWire, CheckCodes.ResponseOutputs];

    /// <summary>The vectors of spec/vectors/chat-receipts: conversations, and each thing in them that a gateway could alter.</summary>
    public static IReadOnlyList<VectorCase> OfChats { get; } = BuildChats();

    private static List<VectorCase> BuildChats()
    {
        using VectorCatalogue catalogue = new(empty: true);
        catalogue.AddGoodChats();
        catalogue.AddUpstreams();
        catalogue.AddDisclosedChats();
        catalogue.AddBrokenOff();
        catalogue.AddAlteredRequests();
        catalogue.AddAlteredAnswers();
        catalogue.AddSignedOtherwise();
        catalogue.AddUnasked();
        catalogue.AddLineages();
        catalogue.AddChoices();
        catalogue.AddOddSpellings();
        return catalogue._cases;
    }

    private Talk Whole => Talk.Whole(_world);

    private Talk Streamed => Talk.Streamed(_world);

    private Talk Plain(string request, string response, string sampling = "{}") => new(_world, request, response) { Sampling = sampling };

    private static string Instead(string text, string old, string now) =>
        text.Contains(old, StringComparison.Ordinal) ? text.Replace(old, now, StringComparison.Ordinal) : throw new InvalidOperationException($"'{old}' isn't there.");

    private void AddGoodChats()
    {
        Met("chat-whole", "System prompt, message with an image, tools, response format, parameters, seed; a text and a tool call with logprobs.", Whole.Parts().Encode());
        Met("chat-streamed", "The same as a stream: its transcript is attached.", Streamed.Parts().Encode());
        Met("chat-given", "Request and answer are the caller's; only messages are attached.", Whole.Parts().Also(static p => p.Attachments = [.. p.Attachments.Where(static a => SealedMessage.TryDecode(a) is not null)]).Encode(), v => v with { Request = Whole.RequestBytes, Response = Whole.ResponseBytes });
        Met("chat-nothing-attached", "Nothing is attached, and nothing given: everything is named by digests.", Whole.Parts().Also(static p => p.Attachments = []).Encode());
        Met("chat-two-choices", "Two choices, out of order in the answer; one was refused.", Plain(
            """{"model":"kjv","n":2,"messages":[{"role":"user","content":"x"}]}""",
            $$$"""{"id":"{{{Talk.Id}}}","model":"kjv","choices":[{"index":1,"message":{"content":null,"refusal":"I won't."},"finish_reason":"content_filter"},{"index":0,"message":{"content":"é\ud83d\ude00","reasoning_content":"hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""",
            """{"n":2}""").Parts().Encode());
        Met("chat-numbers-written-otherwise", "The same numbers in another spelling; nulls; members that have no effect, and mutations that say so.", (Plain(
            """ {"user":"me","model":"kjv","messages":[{"content":"x","role":"user"}],"temperature":7e-1,"top_p":1.000,"n":null,"max_completion_tokens":5,"stop":["a","b"],"logit_bias":{"12":-1.50},"seed":-1} """,
            Instead(Talk.Said, "\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"stop\""),
            """{"logit_bias":{"12":-1.5},"max_tokens":5,"stop":["a","b"],"temperature":0.7,"top_p":1}""") with { Claims = static c => c with { RequestMutations = ["dropped user"] } }).Parts().Encode());
        Met("chat-changed-and-said", "A parameter and the seed were changed, and the node says so.", (Whole with
        {
            Sampling = Talk.Applied.Replace("16", "8", StringComparison.Ordinal),
            Claims = static c => c with { RequestSeed = 8, RequestMutations = ["changed max_tokens 8", "changed seed 8"] },
        }).Parts().Encode());
        Met("chat-level-in-model", "The model was called with a level.", Plain(Instead(Talk.Asked, "\"kjv\"", "\"kjv@signed\""), Talk.Said, Talk.Applied).Parts().Encode());
        Met("chat-level-in-body", "The body names a level.", Plain(Instead(Talk.Asked, "\"seed\":7", "\"seed\":7,\"verification\":\"signed\""), Talk.Said, Talk.Applied).Parts().Encode());
        Met("chat-completion", "A completion of two prompts with logprobs.", (Plain(
            """{"model":"kjv","prompt":["In the beginning","And"],"logprobs":2,"max_tokens":4}""",
            $$$"""{"id":"{{{Talk.Id.Replace("chatcmpl", "cmpl", StringComparison.Ordinal)}}}","object":"text_completion","model":"kjv","choices":[{"index":0,"text":" God","logprobs":{"tokens":[" God"],"token_logprobs":[-0.5],"top_logprobs":null,"text_offset":[0]},"finish_reason":"length"},{"index":1,"text":" it","logprobs":{"tokens":[" it"],"token_logprobs":[null]},"finish_reason":"stop"}]}""",
            """{"logprobs":true,"max_tokens":4,"top_logprobs":2}""") with { Kind = ChatKind.Completion }).Parts().Encode());
        Met("chat-embedding", "An embedding as numbers, and one in base64.", Embedding.Parts().Encode());
    }

    private Talk Embedding => Plain(
        """{"model":"kjv","input":["one","two"],"encoding_format":"float"}""",
        $$$"""{"id":"{{{Talk.Id.Replace("chatcmpl", "embd", StringComparison.Ordinal)}}}","object":"list","model":"kjv","data":[{"object":"embedding","index":0,"embedding":[0.1,-1.5e-7,3]},{"object":"embedding","index":1,"embedding":"AACAPwAAAEAAAEBA"}],"usage":{"prompt_tokens":2,"completion_tokens":0,"total_tokens":2}}""",
        """{"encoding_format":"float"}""") with { Kind = ChatKind.Embedding };

    private Talk Upstream(string? model, params string[] mutations) => Whole with
    {
        Claims = c => c with
        {
            RequestMutations = mutations.Length == 0 ? null : mutations,
            ModelModelId = null,
            ModelTokenizer = null,
            ModelTemplate = null,
            ExecutionBackend = "upstream https://api.example.com:443",
            ExecutionSemantics = WellKnown.Opaque,
            ExecutionInstructionSet = null,
            ExecutionCache = null,
            PartiesGateway = new UpstreamWord { Origin = "https://api.example.com:443", Model = model, Fingerprint = "fp_1", RequestId = "req_1", Certificate = Digest32.Sha256("certificate"u8), Sent = Digest32.Sha256("sent"u8), Received = Digest32.Sha256("received"u8) }.Text,
        },
    };

    private void AddUpstreams()
    {
        Met("chat-upstream", "An upstream answered, by the name that was asked for.", Upstream("kjv").Parts().Encode());
        Met("chat-upstream-dated", "It names a version of the model.", Upstream("kjv-2026-11-01").Parts().Encode());
        Met("chat-upstream-month", "It names the month of the version.", Upstream("kjv-2411").Parts().Encode());
        Met("chat-upstream-renamed", "The node calls the model by another name there, and says so.", Upstream("big-model", "changed model \"big-model\"").Parts().Encode());
        Met("chat-upstream-failover", "Another one was asked first, and the node says so.", Upstream("kjv", "failover https://first.example.com:443 upstream/refused").Parts().Encode());
        Met("chat-upstream-failover-renamed", "The one that answered after a failover calls the model by yet another name.", Upstream("c", "changed model \"b\"", "failover https://first.example.com:443 upstream/refused", "changed model \"c\"").Parts().Encode());
        Met("chat-upstream-silent", "It doesn't say which model answered.", Upstream(null).Parts().Encode());
        Met("chat-upstream-unreadable", "What the node says of it isn't of the form.", (Whole with { Claims = static c => c with { PartiesGateway = "somebody" } }).Parts().Encode());
        Untrusted("chat-upstream-other-model", "It says that a smaller model answered.", [CheckCodes.UpstreamModel], Upstream("kjv2").Parts().Encode());
        Untrusted("chat-upstream-smaller", "It says that a smaller relative of the model answered.", [CheckCodes.UpstreamModel], Upstream("kjv-mini").Parts().Encode());
        Untrusted("chat-upstream-size", "It says that a model of another size answered: three digits are no date.", [CheckCodes.UpstreamModel], Upstream("kjv-405").Parts().Encode());
        Untrusted("chat-upstream-generation", "It says that another generation of the model answered.", [CheckCodes.UpstreamModel], Upstream("kjv-v3").Parts().Encode());
        Untrusted("chat-upstream-renamed-other", "It says that another model answered than the one that the node asked it for.", [CheckCodes.UpstreamModel], Upstream("kjv", "changed model \"big-model\"").Parts().Encode());
    }

    private void AddDisclosedChats()
    {
        string[] rest = ["request.protocol", "request.policy", "model", "execution", "parties"];
        Met("chat-one-turn-disclosed", "The user's message alone, sealed with its salt.", Disclosing(Whole.Parts(), [.. rest, "messages.1"]));
        Met("chat-answer-disclosed", "The answer's text alone.", Disclosing(Whole.Parts(), [.. rest, "outputs.choice/0/content"]));
        byte[] turn = Disclosing(Whole.Parts(), [.. rest, "messages.1"]);
        Met("chat-one-turn-compared", "The user's message alone, and the digests of request and answer, which the caller has.", Disclosing(Whole.Parts(), [.. rest, "messages.1", "request.wire_digest", "output.wire_digest"]), v => v with { Request = Whole.RequestBytes, Response = Whole.ResponseBytes });
        NotMet("chat-one-turn-not-comparable", "The user's message alone; the caller has request and answer, and nothing shown says whether they are these.", turn, v => v with { Request = Whole.RequestBytes, Response = Whole.ResponseBytes });
        NotMet("chat-other-request-not-comparable", "The caller's request asks something else, and nothing shown says so.", Disclosing(Whole.Parts(), [.. rest]), v => v with { Request = Encoding.UTF8.GetBytes(Instead(Talk.Asked, "What is this", "Say yes")) });
        NotMet("chat-answer-not-comparable", "The answer's text is shown; the caller's answer can't be compared as a whole.", Disclosing(Whole.Parts(), [.. rest, "request.wire_digest", "outputs.choice/0/content"]), v => v with { Request = Whole.RequestBytes, Response = Whole.ResponseBytes });
        NotMet("chat-no-digest-signed", "The node signed no digest of the request, and its messages aren't attached.", (Whole with { Claims = static c => c with { RequestWireDigest = null } }).Parts().Also(static p => p.Attachments = []).Encode(), v => v with { Request = Whole.RequestBytes });
        Met("chat-messages-instead-of-digest", "The node signed no digest of the request; every message is attached, sealed.", (Whole with { Claims = static c => c with { RequestWireDigest = null } }).Parts().Also(static p => p.Attachments = [.. p.Attachments.Where(static a => SealedMessage.TryDecode(a) is not null)]).Encode(), v => v with { Request = Whole.RequestBytes });
        Met("chat-erased", "The contents are gone from the copy; what was signed stands as before.", Disclosing(Whole.Parts().Also(static p => p.Attachments = []), "request", "model", "execution", "output", "time", "parties", "lineage"));
        Untrusted("chat-one-turn-altered", "The disclosed turn isn't the one in the caller's request.", OfRequest, Disclosing(Whole.Parts(), [.. rest, "request.wire_digest", "messages.1"]),
            v => v with { Request = Encoding.UTF8.GetBytes(Instead(Talk.Asked, "What is this", "Who is this")) });
        Untrusted("chat-part-altered", "The disclosed text isn't the one in the caller's answer; the tool calls aren't shown.", OfAnswer, Disclosing(Whole.Parts(), [.. rest, "output", "outputs.choice/0/content"]),
            v => v with { Response = Encoding.UTF8.GetBytes(Instead(Talk.Said, "a tree", "a bush")) });
    }

    private void AddBrokenOff()
    {
        CannotEvaluate("chat-aborted", "The upstream died after three events.", OutcomeRules.PhaseUnknown, (Streamed with { Response = Talk.Transcript(Talk.Events[..3]), Phase = ReceiptPhase.Abort }).Parts().Encode());
        CannotEvaluate("chat-aborted-with-error", "The same, with the error that it ended with.", OutcomeRules.PhaseUnknown, (Streamed with { Response = Talk.Transcript([.. Talk.Events[..3], """{"error":{"message":"The upstream is gone."}}"""]), Phase = ReceiptPhase.Abort }).Parts().Encode());
        CannotEvaluate("chat-aborted-at-once", "Nothing was sent but the error.", OutcomeRules.PhaseUnknown, (Streamed with { Response = Talk.Transcript("""{"error":{"message":"The upstream is gone."}}"""), Phase = ReceiptPhase.Abort, Claims = static c => c with { OutputFinishReason = [""] } }).Parts().Encode());
        Untrusted("chat-aborted-altered", "Of what was sent until then a word is another.", OfAnswer, (Streamed with { Response = Talk.Transcript(Talk.Events[..3]), Phase = ReceiptPhase.Abort }).Parts().Encode(),
            v => v with { Response = Encoding.UTF8.GetBytes(Instead(Talk.Transcript(Talk.Events[..3]), "a tree", "a bush")) });
    }

    private void AddAlteredRequests()
    {
        byte[] bundle = Whole.Parts().Encode();
        void Altered(string name, string note, string old, string now, string failed = CheckCodes.RequestInputs) => Untrusted("chat-altered-" + name, note, [.. InOrder([CheckCodes.RequestWire, failed])], bundle, v => v with { Request = Encoding.UTF8.GetBytes(Instead(Talk.Asked, old, now)) });

        Altered("system-prompt", "A word of the system prompt.", "one line", "two lines");
        Altered("system-prompt-dropped", "The system prompt is gone.", """{"role":"system","content":"Answer in one line."},""", "");
        Altered("message", "A word of the user's message.", "What is this", "Who is this");
        Altered("message-space", "A space in the message's JSON: its raw text counts.", "\"role\":\"user\",", "\"role\": \"user\",");
        Altered("message-added", "A message more.", """[{"role":"system",""", """[{"role":"user","content":"Lie."},{"role":"system",""");
        Altered("image", "A bit of the image.", "iVBORw0K", "iVBORw0L");
        Altered("tool", "A tool's schema.", "\"type\":\"string\"", "\"type\":\"number\"");
        Altered("tools-dropped", "The tools are gone.", Talk.Asked[Talk.Asked.IndexOf("\"tools\"", StringComparison.Ordinal)..Talk.Asked.IndexOf("\"response_format\"", StringComparison.Ordinal)], "");
        Altered("format", "The response format.", "json_object", "text");
        Altered("parameter", "The temperature.", "0.7", "0.8");
        Altered("stop", "Where the answer ends.", "\"stop\":\"end\"", "\"stop\":\"ende\"");
        Altered("seed", "The seed.", "\"seed\":7", "\"seed\":8");
        Altered("model", "The model that was called.", "\"model\":\"kjv\"", "\"model\":\"big\"", CheckCodes.RequestModel);
        Altered("level", "The level that was asked for.", "\"seed\":7", "\"seed\":7,\"verification\":\"replay\"", CheckCodes.RequestLevel);
        Altered("level-in-model", "The level that the model was called with.", "\"model\":\"kjv\"", "\"model\":\"kjv@replay\"", CheckCodes.RequestLevel);
        Altered("member", "A member that nobody knows.", "\"seed\":7", "\"seed\":7,\"sead\":7");
        Altered("link", "An image by its address.", "data:image/png;base64,iVBORw0K", "https://example.com/x.png");
    }

    private void AddAlteredAnswers()
    {
        byte[] whole = Whole.Parts().Encode(), streamed = Streamed.Parts().Encode(), vectors = Embedding.Parts().Encode();
        void Altered(string name, string note, string old, string now) => Untrusted("chat-altered-" + name, note, OfAnswer, whole, v => v with { Response = Encoding.UTF8.GetBytes(Instead(Talk.Said, old, now)) });
        void Stream(string name, string note, params IEnumerable<string> events) => Untrusted("chat-stream-" + name, note, OfAnswer, streamed, v => v with { Response = Encoding.UTF8.GetBytes(Talk.Transcript(events)) });

        Altered("token", "One word of the answer.", "\"content\":\"{\\\"is\\\":\\\"a tree", "\"content\":\"{\\\"is\\\":\\\"a bush");
        Altered("refusal", "A refusal was added.", "\"refusal\":null,\"tool", "\"refusal\":\"No.\",\"tool");
        Altered("tool-call", "An argument of a tool call.", "Ur\\\"}", "Or\\\"}");
        Altered("tool-call-dropped", "The tool call is gone.", "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Ur\\\"}\"}}]", "\"tool_calls\":[]");
        Altered("finish", "Why it ended.", "\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"stop\"");
        Altered("logprob", "How likely a word was.", "-0.25", "-0.26");
        Altered("logprob-spelling", "The same number in another spelling: its raw text counts.", "-1.5e-3", "-0.0015");
        Altered("usage", "How many tokens it was.", "\"completion_tokens\":12,\"total_tokens\":43", "\"completion_tokens\":13,\"total_tokens\":44");
        Altered("usage-sum", "Token counts that don't add up.", "\"total_tokens\":43", "\"total_tokens\":44");
        Altered("answer-model", "The model that it names.", "\"model\":\"kjv\"", "\"model\":\"big\"");
        Altered("answer-id", "The receipt that it belongs to.", Talk.Id, "chatcmpl-" + new string('0', 32));
        Altered("function-call", "A call in the old form, which nothing binds.", "\"role\":\"assistant\",", "\"role\":\"assistant\",\"function_call\":{\"name\":\"f\",\"arguments\":\"\"},");
        Stream("token", "One word of one event.", Talk.Events.Select(static item => item.Replace("a tree\\\"}\"},", "a bush\\\"}\"},", StringComparison.Ordinal)));
        Stream("cut", "The end is missing.", Talk.Events[..^1]);
        Stream("cut-short", "The end is missing, and more.", Talk.Events[..2]);
        Stream("error", "It ends with an error.", [.. Talk.Events[..4], """{"error":{"message":"x"}}"""]);
        Stream("inserted", "An event more.", [.. Talk.Events[..3], Talk.Chunk("""[{"index":0,"delta":{"content":"!"},"finish_reason":null}]"""), .. Talk.Events[3..]]);
        Stream("inserted-after-end", "Something after the end.", [.. Talk.Events, Talk.Events[1]]);
        Stream("dropped", "An event less.", [.. Talk.Events[..2], .. Talk.Events[3..]]);
        Stream("reordered", "Two events changed places.", [Talk.Events[0], Talk.Events[2], Talk.Events[1], .. Talk.Events[3..]]);
        Stream("finish", "Why it ended.", Talk.Events.Select(static item => item.Replace("\"finish_reason\":\"tool_calls\"", "\"finish_reason\":\"length\"", StringComparison.Ordinal)));
        Stream("usage", "How many tokens it was.", Talk.Events.Select(static item => item.Replace(":31,\"completion_tokens\":12,\"total_tokens\":43", ":30,\"completion_tokens\":12,\"total_tokens\":42", StringComparison.Ordinal)));
        Stream("logprob", "How likely a word was.", Talk.Events.Select(static item => item.Replace("-0.25", "-0.5", StringComparison.Ordinal)));
        Stream("model", "The model that it names.", Talk.Events.Select(static item => item.Replace("\"kjv\"", "\"big\"", StringComparison.Ordinal)));
        Stream("other-model", "Some events name another model.", [.. Talk.Events[..4], .. Talk.Events[4..].Select(static item => item.Replace("\"kjv\"", "\"big\"", StringComparison.Ordinal))]);
        Untrusted("chat-stream-usage-left-out", "Without its usage: that isn't compared then, but the bytes are.", [CheckCodes.ResponseWire], streamed, v => v with { Response = Encoding.UTF8.GetBytes(Talk.Transcript([.. Talk.Events[..6], .. Talk.Events[7..]])) });
        Untrusted("chat-altered-embedding", "A number of an embedding.", OfAnswer, vectors, v => v with { Response = Encoding.UTF8.GetBytes(Instead(Embedding.Response, "-1.5e-7", "-1.6e-7")) });
        Untrusted("chat-answer-no-json", "An answer that is none.", OfAnswer, whole, static v => v with { Response = "Service unavailable"u8.ToArray() });
    }

    // A node that signs something else than it was asked and answered: the digests hold, and what they stand for differs.
    private void AddSignedOtherwise()
    {
        void Signed(string name, string note, string failed, Func<ClaimValues, ClaimValues> claims, string? sampling = null) =>
            Untrusted("chat-signed-" + name, note, [failed], (Whole with { Claims = claims, Sampling = sampling ?? Talk.Applied }).Parts().Encode());

        Signed("parameter", "Another temperature was applied, and nothing says so.", CheckCodes.RequestInputs, static c => c, Talk.Applied.Replace("0.7", "0.2", StringComparison.Ordinal));
        Signed("parameter-dropped", "A parameter wasn't applied, and nothing says so.", CheckCodes.RequestInputs, static c => c, Talk.Applied.Replace("\"stop\":[\"end\"],", "", StringComparison.Ordinal));
        Signed("parameter-said-otherwise", "It was changed to something else than the node says.", CheckCodes.RequestInputs, static c => c with { RequestMutations = ["changed temperature 0.3"] }, Talk.Applied.Replace("0.7", "0.2", StringComparison.Ordinal));
        Signed("parameters-unreadable", "The parameters as applied aren't any.", CheckCodes.RequestInputs, static c => c, "warm");
        Signed("seed", "Another seed was applied, and nothing says so.", CheckCodes.RequestInputs, static c => c with { RequestSeed = 8 });
        Signed("no-system-prompt", "The system prompt was left out.", CheckCodes.RequestInputs, static c => c with { RequestSystemPrompt = null });
        Signed("fewer-messages", "A message was left out.", CheckCodes.RequestInputs, static c => c with { RequestMessages = [.. c.RequestMessages!.Take(1)] });
        Signed("other-tools", "Other tools were offered to the model.", CheckCodes.RequestInputs, static c => c with { RequestTools = Digest32.Sha256("tools"u8) });
        Signed("no-image", "The image was left out.", CheckCodes.RequestInputs, static c => c with { RequestAttachments = null });
        Signed("no-format", "The response format was left out.", CheckCodes.RequestInputs, static c => c with { RequestResponseFormat = null });
        Signed("finish", "Another end was signed than sent.", CheckCodes.ResponseOutputs, static c => c with { OutputFinishReason = ["stop"] });
        Signed("usage", "More tokens were signed than sent.", CheckCodes.ResponseOutputs, static c => c with { OutputUsage = new ChatUsage(31, 99).Text });
        Signed("no-logprobs", "Logprobs that were sent weren't signed.", CheckCodes.ResponseOutputs, static c => c with { OutputLogprobs = null });
        Untrusted("chat-signed-then-removed", "What the node said that it changed was removed after signing.", [CheckCodes.ClaimsRoot, CheckCodes.RequestInputs], (Whole with
        {
            Sampling = Talk.Applied.Replace("16", "8", StringComparison.Ordinal),
            Claims = static c => c with { RequestMutations = ["changed max_tokens 8"] },
        }).Parts().Also(static p => p.Leaf(ClaimRegistry.RequestMutations) = Forge.WithValue(p.Leaf(ClaimRegistry.RequestMutations), static w => w.WriteNull())).Encode());
        Untrusted("chat-output-altered", "A word of a text in the receipt.", [CheckCodes.OutputRoot, CheckCodes.ResponseOutputs], Whole.Parts().Also(static p => p.Outputs[0] = Replace(p.Outputs[0], "a tree", "a bush")).Encode());
    }
}
