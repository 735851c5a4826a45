using Assay.Cli.Console;
using Assay.Client;
using Assay.Receipts;

namespace Assay.Cli.Presenting;

/// <summary>What a file asks: one body or tensor as it is, or a conversation; and the answers as they come.</summary>
internal static class Requests
{
    private const int NoteEvery = 200;

    /// <summary>Sends it all; bundles come afterwards, so that nobody waits for a checkpoint between two requests.</summary>
    internal static async Task<IReadOnlyList<Answer>> SendAsync(AssayClient client, string name, IEnumerable<byte[]> bodies, Action<IReadOnlyList<TensorValue>> answered, Output output, CancellationToken cancellation)
    {
        List<PendingAnswer> pending = [];
        foreach (byte[] body in bodies)
        {
            PendingAnswer answer = await client.AskForBundleLaterAsync(name, body, cancellation).ConfigureAwait(false);
            pending.Add(answer);
            answered(answer.OutputsUnchecked("state of the next chunk, or shown beside the verdict that says what it is worth"));
            if (pending.Count % NoteEvery == 0)
            {
                output.Note($"{pending.Count} requests answered");
            }
        }

        List<Answer> answers = [];
        foreach (PendingAnswer answer in pending)
        {
            answers.Add(await client.CompleteAsync(answer, cancellation).ConfigureAwait(false));
        }

        return answers;
    }

    /// <summary>The bodies of a conversation; each is made when the answer before it is there.</summary>
    internal static (IEnumerable<byte[]> Bodies, Action<IReadOnlyList<TensorValue>> Answered) Of(Conversation conversation, Func<IReadOnlyList<TensorValue>, byte[]> format)
    {
        IReadOnlyList<TensorValue>? last = null;
        return (Bodies(), outputs => last = outputs);

        IEnumerable<byte[]> Bodies()
        {
            while (conversation.Next(last) is { } tensors)
            {
                yield return format(tensors);
            }
        }
    }

    /// <summary>Keeps request, response and receipt of each answer. One answer has the plain names, more are numbered.</summary>
    internal static async Task<string> SaveAsync(IReadOnlyList<Answer> answers, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < answers.Count; i++)
        {
            string number = answers.Count == 1 ? "" : $"{i + 1:0000}.";
            await File.WriteAllBytesAsync(Path.Combine(folder, number + "request.json"), answers[i].Request, cancellation).ConfigureAwait(false);
            await File.WriteAllBytesAsync(Path.Combine(folder, number + "response.json"), answers[i].Response, cancellation).ConfigureAwait(false);
            await File.WriteAllBytesAsync(Path.Combine(folder, number.Length == 0 ? "answer.receipt" : number + "receipt"), answers[i].Bundle, cancellation).ConfigureAwait(false);
        }

        return answers.Count == 1 ? "answer.receipt, request.json, response.json" : $"0001.receipt to {answers.Count:0000}.receipt, with request.json and response.json of each";
    }
}
