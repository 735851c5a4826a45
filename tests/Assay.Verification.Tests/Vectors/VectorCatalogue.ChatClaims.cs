using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

// What a node signs of a chat besides what was said: parameters that nobody asked for, the turn before, the application, how many choices.
internal sealed partial class VectorCatalogue
{
    private static readonly Digest32 Before = Digest32.Sha256("earlier"u8);

    private static string Continuing(string digest) => Instead(Talk.Asked, "\"seed\":7", $"\"seed\":7,\"continues\":\"{digest}\"");

    private static string Applying(string name) => Instead(Talk.Asked, "\"seed\":7", $"\"seed\":7,\"application\":\"{name}\"");

    private static Func<ClaimValues, ClaimValues> Line(string? relation, params Digest32[] receipts) =>
        claims => claims with { LineageRelation = relation, LineageReceipts = receipts.Length == 0 ? null : [.. receipts] };

    private static Func<ClaimValues, ClaimValues> Saying(params string[] mutations) => claims => claims with { RequestMutations = [.. mutations] };

    // A chat that says no more than it must.
    private Talk Brief(string sampling, Func<ClaimValues, ClaimValues>? claims = null, string request = """{"model":"kjv","messages":[{"role":"user","content":"x"}],"seed":7}""") =>
        Plain(request, Talk.Said, sampling) with { Claims = claims ?? (static c => c) };

    private void AddUnasked()
    {
        Met("chat-dialect-defaults", "Every parameter that wasn't asked for has the dialect's own default.", Brief("""{"frequency_penalty":0,"logprobs":false,"min_p":0,"n":1,"presence_penalty":0,"temperature":1,"top_k":0,"top_p":1}""").Parts().Encode());
        Met("chat-defaulted-and-said", "The node chose parameters and the seed, and says so.", Brief(
            """{"max_tokens":50,"parallel_tool_calls":false,"temperature":0.5,"tool_choice":"none"}""",
            static c => c with { RequestSeed = 9, RequestMutations = ["defaulted max_tokens 50", "defaulted parallel_tool_calls false", "defaulted seed 9", "defaulted temperature 0.5", "defaulted tool_choice \"none\""] },
            """{"model":"kjv","messages":[{"role":"user","content":"x"}]}""").Parts().Encode());
        Met("chat-embedding-defaults", "Of an embedding the encoding's default, and the model's own number of dimensions.", (Embedding with
        {
            Request = """{"model":"kjv","input":["one","two"]}""",
            Sampling = """{"dimensions":3,"encoding_format":"float"}""",
        }).Parts().Encode());

        void Unasked(string name, string note, string sampling, Func<ClaimValues, ClaimValues>? claims = null) =>
            Untrusted("chat-unasked-" + name, note, [CheckCodes.RequestInputs], Brief(sampling, claims).Parts().Encode());
        Unasked("temperature", "A temperature that nobody asked for, and nothing says so.", """{"temperature":0}""");
        Unasked("bias", "Tokens were favoured that nobody named.", """{"logit_bias":{"12":100}}""");
        Unasked("stop", "The answer ends where nobody asked it to.", """{"stop":["not"]}""");
        Unasked("limit", "An answer's length that nobody asked for.", """{"max_tokens":5}""");
        Untrusted("chat-unasked-choices", "More choices than were asked for, by what was applied.", [CheckCodes.RequestInputs, CheckCodes.ResponseOutputs], Brief("""{"n":2}""").Parts().Encode());
        Unasked("said-otherwise", "The node names another value than it applied.", """{"max_tokens":5}""", Saying("defaulted max_tokens 50"));
        Unasked("said-as-changed", "What wasn't asked for can't have been changed.", """{"max_tokens":5}""", Saying("changed max_tokens 5"));
        Unasked("negative-zero", "Another spelling of none is another value.", """{"frequency_penalty":-0}""");
        Untrusted("chat-unasked-seed", "A seed that nobody asked for, and nothing says so.", [CheckCodes.RequestInputs],
            Brief("{}", static c => c with { RequestMutations = null }, """{"model":"kjv","messages":[{"role":"user","content":"x"}]}""").Parts().Encode());
        Untrusted("chat-asked-and-defaulted", "What was asked for can't have been chosen by the node.", [CheckCodes.RequestInputs],
            (Whole with { Sampling = Talk.Applied.Replace("0.7", "0.2", StringComparison.Ordinal), Claims = Saying("defaulted temperature 0.2") }).Parts().Encode());
        Met("chat-unasked-redacted", "Whether the node says what it chose isn't shown; the digests are.", Disclosing(Brief("""{"max_tokens":5}""", Saying("defaulted max_tokens 5")).Parts(),
            [.. ClaimRegistry.Fields.Select(static field => field.Name).Where(static name => name != "request.mutations"), "outputs", "attachments.request", "attachments.response"]));
    }

    private void AddLineages()
    {
        Talk asked = Plain(Continuing(Before.ToString()), Talk.Said, Talk.Applied), named = Plain(Applying("shop"), Talk.Said, Talk.Applied);
        Met("chat-continues", "The turn continues an earlier one.", (asked with { Claims = Line("continues", Before) }).Parts().Encode());
        Met("chat-application", "An application asks, by the body.", (named with { Claims = Line("application shop#3") }).Parts().Encode());
        Met("chat-application-by-header", "An application asks, by a header: the body doesn't name it.", (Whole with { Claims = Line("application shop#3") }).Parts().Encode());
        Met("chat-application-continues", "An application's turn continues an earlier one.", (asked with { Claims = Line("continues; application shop#3", Before) }).Parts().Encode());
        Met("chat-lineage-redacted", "What the turn continues isn't shown; the digests are.", Disclosing((asked with { Claims = Line("continues", Before) }).Parts(),
            [.. ClaimRegistry.Fields.Select(static field => field.Name).Where(static name => !name.StartsWith("lineage.", StringComparison.Ordinal)), "outputs", "attachments.request", "attachments.response"]));

        void Other(string name, string note, Talk talk, Func<ClaimValues, ClaimValues> claims) =>
            Untrusted("chat-lineage-" + name, note, [CheckCodes.RequestInputs], (talk with { Claims = claims }).Parts().Encode());
        Other("other-turn", "It is signed as the next turn of another conversation.", asked, Line("continues", Digest32.Sha256("another"u8)));
        Other("left-out", "The turn before was named, and isn't signed.", asked, static c => c);
        Other("only-application", "The turn before was named; only the application is signed.", asked, Line("application shop#3"));
        Other("added", "A turn before that nobody named.", Whole, Line("continues", Before));
        Other("other-application", "It is signed as another application's.", named, Line("application shop2#3"));
        Other("application-left-out", "The application was named, and isn't signed.", named, static c => c);
        Other("two-turns", "Two turns before.", asked, Line("continues", Before, Digest32.Sha256("another"u8)));
        Other("no-turn", "It continues nothing.", asked, Line("continues"));
        Other("receipts-alone", "Receipts are named, and not what for.", Whole, Line(null, Before));
        Other("unreadable", "A relation that nobody knows.", Whole, Line("follows", Before));
        Other("number-zero", "Configurations are counted from 1.", named, Line("application shop#0"));
        Untrusted("chat-lineage-unreadable-alone", "The same without any bytes to compare.", [CheckCodes.RequestInputs], (Whole with { Claims = Line("follows", Before) }).Parts().Also(static p => p.Attachments = []).Encode());
    }

    private void AddChoices()
    {
        const string Two = """{"model":"kjv","n":2,"messages":[{"role":"user","content":"x"}],"seed":7}""";
        string[] outputs = [CheckCodes.ResponseOutputs];
        Untrusted("chat-fewer-choices", "Two choices were asked for, and one was given.", outputs, Plain(Two, Talk.Said, """{"n":2}""").Parts().Encode());
        Untrusted("chat-more-choices", "One choice was asked for, and two were given.", outputs, Plain(
            Instead(Two, "\"n\":2,", ""),
            $$$"""{"id":"{{{Talk.Id}}}","model":"kjv","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"},{"index":1,"message":{"content":"b"},"finish_reason":"stop"}]}""").Parts().Encode());
        Talk completion = Plain(
            """{"model":"kjv","prompt":["In the beginning","And"],"n":2,"seed":7}""",
            $$$"""{"id":"{{{Talk.Id.Replace("chatcmpl", "cmpl", StringComparison.Ordinal)}}}","model":"kjv","choices":[{"index":0,"text":"a","finish_reason":"stop"},{"index":1,"text":"b","finish_reason":"stop"},{"index":2,"text":"c","finish_reason":"stop"},{"index":3,"text":"d","finish_reason":"stop"}]}""",
            """{"n":2}""") with { Kind = ChatKind.Completion };
        Met("chat-completion-choices", "Two choices of each of two prompts.", completion.Parts().Encode());
        Untrusted("chat-completion-fewer-choices", "A choice of one prompt is missing.", outputs, (completion with { Response = Instead(completion.Response, """,{"index":3,"text":"d","finish_reason":"stop"}""", "") }).Parts().Encode());
        Untrusted("chat-embedding-missing", "Two inputs, and one embedding.", outputs, (Embedding with { Response = Instead(Embedding.Response, ""","data":[{"object":"embedding","index":0,"embedding":[0.1,-1.5e-7,3]},{"object":"embedding","index":1,""", ""","data":[{"object":"embedding","index":0,""") }).Parts().Encode());
        Untrusted("chat-embedding-dimensions", "Vectors of three numbers, where two were applied.", outputs, (Embedding with { Request = Instead(Embedding.Request, "\"encoding", "\"dimensions\":2,\"encoding"), Sampling = """{"dimensions":2,"encoding_format":"float"}""" }).Parts().Encode());
        CannotEvaluate("chat-aborted-fewer-choices", "Of an answer that was broken off one choice had begun.", OutcomeRules.PhaseUnknown,
            (Plain(Two, Talk.Transcript(Talk.Events[..3]), """{"n":2}""") with { Phase = ReceiptPhase.Abort }).Parts().Encode());
    }

    // Spellings that one reader takes and another doesn't.
    private void AddOddSpellings()
    {
        byte[] whole = Whole.Parts().Encode(), vectors = Embedding.Parts().Encode();
        void Asked(string name, string note, string old, string now) => Untrusted("chat-odd-" + name, note, OfRequest, whole, v => v with { Request = Encoding.UTF8.GetBytes(Instead(Talk.Asked, old, now)) });
        void Said(string name, string note, byte[] bundle, string text, string old, string now) => Untrusted("chat-odd-" + name, note, OfAnswer, bundle, v => v with { Response = Encoding.UTF8.GetBytes(Instead(text, old, now)) });

        Asked("bias-key-nul", "A token's id with a NUL after it.", "\"seed\":7", "\"seed\":7,\"logit_bias\":{\"12\\u0000\":1}");
        Asked("image-trailing-bits", "Base64 whose last character has bits that no byte has.", "iVBORw0K\"", "iVBORw0KiV==\"");
        Said("index-negative-zero", "An index of -0.", whole, Talk.Said, "\"index\":0", "\"index\":-0");
        Said("index-exponent", "An index with an exponent.", whole, Talk.Said, "\"index\":0", "\"index\":0e0");
        Said("embedding-trailing-bits", "Base64 whose last character has bits that no byte has.", vectors, Embedding.Response, "AACAPwAAAEAAAEBA\"", "AACAPwAAAEAAAEBAAACAPx==\"");
        Met("chat-odd-renamed-unquoted", "What the node says that it calls the model there isn't a JSON text.", Upstream("big-model", "changed model big-model").Parts().Encode());
        Met("chat-odd-renamed-with-more", "What it says has more behind the text.", Upstream("big-model", "changed model \"big-model\",\"x\":1").Parts().Encode());
        Met("chat-odd-renamed-spaced", "What it says has a space before the text.", Upstream("big-model", "changed model  \"big-model\"").Parts().Encode());
    }
}
