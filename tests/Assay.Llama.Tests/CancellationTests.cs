using Assay.Chat;
using Assay.Testing;

namespace Assay.Llama.Tests;

public sealed class CancellationTests
{
    private static readonly LlamaOptions One = new() { Contexts = 1, MaxWaiting = 3, Threads = 1 };

    [OracleFact(Oracle.Llama)]
    public async Task Nobody_who_goes_keeps_a_context()
    {
        using LlamaBackend backend = LlamaBackend.Open(Models.Tiny, One);
        ChatPlan plan = backend.Plan(Models.Completion(",\"n\":100,\"max_tokens\":400,\"seed\":1"), out _)!;
        for (int i = 0; i < 3; i++)
        {
            // Reads a little, and goes.
            await foreach (ChatEvent next in backend.RunAsync(plan, static _ => { }, default))
            {
                if (next.Content is { Length: > 0 })
                {
                    break;
                }
            }

            using CancellationTokenSource cancelled = new();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (ChatEvent _ in backend.RunAsync(plan, static _ => { }, cancelled.Token))
                {
                    await cancelled.CancelAsync();
                }
            });
        }

        string expected = (await Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":20"))).Text();
        Assert.Equal(expected, (await Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":20"), backend)).Text());
    }

    [OracleFact(Oracle.Llama)]
    public async Task Who_waits_longest_is_next_and_too_many_are_refused()
    {
        using LlamaBackend backend = LlamaBackend.Open(Models.Tiny, One);
        ChatPlan plan = backend.Plan(Models.Completion(",\"n\":100,\"max_tokens\":400,\"seed\":1"), out _)!;
        await using IAsyncEnumerator<ChatEvent> first = backend.RunAsync(plan, static _ => { }, default).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        List<int> order = [];
        Task<int>[] waiting = [.. Enumerable.Range(0, 3).Select(async i =>
        {
            Models.Answer answer = await Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":30"), backend);
            lock (order)
            {
                order.Add(i);
            }

            return answer.Text().Length;
        })];
        ChatBackendException busy = await Assert.ThrowsAsync<ChatBackendException>(() => Models.Ask(Models.Completion(",\"temperature\":0,\"max_tokens\":3"), backend));
        Assert.Equal((LlamaErrors.Busy, 503), (busy.Code, busy.Status));
        Assert.DoesNotContain(waiting, static task => task.IsCompleted);
        await first.DisposeAsync();
        int[] lengths = await Task.WhenAll(waiting);
        Assert.Equal([30, 30, 30], lengths);
        Assert.Equal([0, 1, 2], order);
    }

    [OracleFact(Oracle.Llama)]
    public async Task Closing_ends_what_runs()
    {
        LlamaBackend backend = LlamaBackend.Open(Models.Tiny, One);
        ChatPlan plan = backend.Plan(Models.Completion(",\"n\":100,\"max_tokens\":400,\"seed\":1"), out _)!;
        await using IAsyncEnumerator<ChatEvent> first = backend.RunAsync(plan, static _ => { }, default).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        backend.Dispose();
        backend.Dispose();
        ChatBackendException late = await Assert.ThrowsAsync<ChatBackendException>(() => Models.Ask(Models.Completion(",\"seed\":1"), backend));
        Assert.Equal(503, late.Status);
        await Assert.ThrowsAsync<ChatBackendException>(async () =>
        {
            while (await first.MoveNextAsync())
            {
            }
        });
    }
}
