using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Assay.Chat;

namespace Assay.OpenAi.Tests;

/// <summary>What is answered to the last message of a request: the same whether a backend in the node plays it or a server behind it.</summary>
internal sealed class Scenario
{
    private readonly ConcurrentDictionary<string, int> _asked = new();

    /// <summary>Answers that are being played.</summary>
    internal int Running;

    /// <summary>The status with which it is refused before anything is said; 200: it isn't.</summary>
    internal int Refuse(ChatRequest request)
    {
        string text = request.Messages[^1].Text;
        int times = _asked.AddOrUpdate(text, 1, static (_, before) => before + 1);
        return text.StartsWith("busy-once", StringComparison.Ordinal) && times == 1 ? 429 : text.StartsWith("always-busy", StringComparison.Ordinal) ? 429 : text.StartsWith("down", StringComparison.Ordinal) ? 503 : 200;
    }

    /// <summary>The answer; a null event: it breaks there; its delay: that long before.</summary>
    internal IEnumerable<(ChatEvent? Event, int Delay)> Play(ChatRequest request, ChatParameters applied)
    {
        string text = request.Messages[^1].Text;
        int choices = (applied.N ?? 1) * (request.Kind == ChatKind.Completion ? request.Messages.Count : 1);
        if (request.Kind == ChatKind.Embedding)
        {
            return request.Messages.Select((message, index) => ((ChatEvent?)new ChatEvent { Choice = index, Embedding = new[] { index + 0.5f, -1f, 0.1f, message.Text.Length } }, 0));
        }

        if (request.Messages.Any(static message => message.Role == "tool"))
        {
            return Say(choices, ["done ", text]);
        }

        return text.Split(' ')[0] switch
        {
            "tools" => Call(),
            "one-tool" => [Tool(0, "call_0", "add", "{\"a\":1,"), Tool(0, null, null, "\"b\":2}"), End("tool_calls")],
            "json" => Say(choices, ["{\"answer\":", "42,", "\"why\":\"because\"}"]),
            "break" => [(new ChatEvent { Content = "so far" }, 0), (null, 20)],
            "hang" => [(new ChatEvent { Content = "late" }, 60_000)],
            "refuse" => [(new ChatEvent { Refusal = "I " }, 0), (new ChatEvent { Refusal = "won't" }, 0), End("stop")],
            "think" => [(new ChatEvent { Reasoning = "hm, " }, 0), (new ChatEvent { Reasoning = "yes" }, 0), (new ChatEvent { Content = "yes" }, 0), End("stop")],
            "slow" => Enumerable.Range(0, 100_000).Select(static index => ((ChatEvent?)new ChatEvent { Content = $"{index} " }, 10)),
            // With some waits, in which what is signed on the way comes, however busy the machine is.
            "long" => Say(1, [.. Enumerable.Range(0, 300).Select(static index => $"{index},")]).Select(static (step, place) => (step.Event, place % 50 == 49 ? 50 : 0)),
            "paced" => [.. Enumerable.Range(0, 200).Select(static index => ((ChatEvent?)new ChatEvent { Content = $"{index}," }, 5)), End("stop")],
            "length" or "content_filter" => [(new ChatEvent { Content = "cut" }, 0), End(text)],
            "unicode" => Say(choices, ["\u00e4\u6f22", "\U0001F600", "\n\"\\\u2028"]),
            "params" => Say(choices, [AppliedParameters.TextOf(request.Kind, applied), "|", applied.Seed?.ToString(CultureInfo.InvariantCulture) ?? ""]),
            "roles" => Say(choices, [string.Join(',', request.Messages.Select(static message => message.Role))]),
            "files" => Say(choices, [string.Join(',', request.Attachments.Select(static item => $"{item.Kind}:{item.Content.Length}"))]),
            "asked" => Say(choices, [_asked.GetValueOrDefault(text["asked ".Length..]).ToString(CultureInfo.InvariantCulture)]),
            _ => Say(choices, ["Hel", "lo", "!"], applied.Logprobs == true),
        };
    }

    private static IEnumerable<(ChatEvent? Event, int Delay)> Say(int choices, string[] pieces, bool logprobs = false)
    {
        foreach (string piece in pieces)
        {
            for (int i = 0; i < choices; i++)
            {
                ChatTokenLogprob token = new(piece, Encoding.UTF8.GetBytes(piece), -0.25, [new ChatTokenLogprob(piece, Encoding.UTF8.GetBytes(piece), -0.25, []), new ChatTokenLogprob("?", "?"u8.ToArray(), -2, [])]);
                yield return (new ChatEvent { Choice = i, Content = piece, Logprobs = logprobs ? [token] : null }, 0);
            }
        }

        for (int i = 0; i < choices; i++)
        {
            yield return End("stop", i);
        }
    }

    private static IEnumerable<(ChatEvent? Event, int Delay)> Call() =>
    [
        Tool(0, "call_0", "add", ""), Tool(1, "call_1", "weather", "{\"ci"), Tool(0, null, null, "{\"a\":1,"), Tool(1, null, null, "ty\":\"\u00c5bo\"}"), Tool(0, null, null, "\"b\":2}"), End("tool_calls"),
    ];

    private static (ChatEvent? Event, int Delay) Tool(int index, string? id, string? name, string arguments) => (new ChatEvent { Tool = new ChatToolFragment(index, id, name, arguments) }, 0);

    private static (ChatEvent? Event, int Delay) End(string reason, int choice = 0) => (new ChatEvent { Choice = choice, FinishReason = reason }, 0);
}
