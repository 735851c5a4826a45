using Assay.Chat;

namespace Assay.Llama;

/// <summary>One request's answer, computed token by token on the thread that calls <see cref="Run"/>.</summary>
/// <param name="model">The model.</param>
/// <param name="context">Ours while this runs.</param>
/// <param name="plan">What was planned.</param>
/// <param name="prompts">Each prompt's tokens, at least one each.</param>
/// <param name="emit">Takes events and, before the last, the report; may wait.</param>
/// <param name="cancellation">Ends it within one token.</param>
internal sealed class Generation(LlamaModel model, LlamaContext context, ChatPlan plan, int[][] prompts, Action<ChatEvent?, ChatRunReport?> emit, CancellationToken cancellation)
{
    private readonly SamplingParameters _sampling = SamplingParameters.Of(plan.Applied);
    private readonly float[] _promptLogits = new float[model.Pieces.Length];
    private long _completionTokens;

    internal void Run()
    {
        int choices = plan.Applied.N!.Value;
        for (int prompt = 0; prompt < prompts.Length; prompt++)
        {
            Read(prompt);
            for (int choice = 0; choice < choices; choice++)
            {
                if (choice > 0 && !(model.CanRewind && context.Rewind(prompts[prompt].Length)))
                {
                    Read(prompt);
                }

                Answer(prompt, (prompt * choices) + choice, isLast: prompt == prompts.Length - 1 && choice == choices - 1);
            }
        }
    }

    private void Read(int prompt)
    {
        context.Clear();
        cancellation.ThrowIfCancellationRequested();
        context.Read(prompts[prompt]);
        context.Logits.CopyTo(_promptLogits);
    }

    private void Answer(int prompt, int choice, bool isLast)
    {
        ChatParameters applied = plan.Applied;
        SamplerV1 sampler = new(_sampling, choice, model.Pieces.Length);
        TextAssembler text = new(applied.Stop ?? []);
        Queue<(ChatTokenLogprob Logprob, long Start)> held = [];
        if (applied.Echo == true)
        {
            emit(new ChatEvent { Choice = choice, Content = plan.Request.Messages[prompt].Text }, null);
        }

        string finish = "length";
        long bytes = 0;
        Span<int> next = stackalloc int[1];
        for (int count = 0; count < applied.MaxTokens; count++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (count > 0)
            {
                context.Read(next);
            }

            ReadOnlySpan<float> logits = count == 0 ? _promptLogits : context.Logits;
            int token = sampler.Next(logits, []);
            if (token < 0)
            {
                throw new ChatBackendException(LlamaErrors.Failed, "The model gives logits that are no numbers.", 500);
            }

            if (model.IsEnd[token])
            {
                finish = "stop";
                break;
            }

            next[0] = token;
            _completionTokens++;
            if (applied.Logprobs == true)
            {
                held.Enqueue((Logprobs.Of(logits, token, applied.TopLogprobs ?? 0, model.Shown), bytes));
            }

            bytes += model.Pieces[token].Length;
            Emit(choice, text.Add(model.Pieces[token]), held, text.Released);
            if (text.IsStopped)
            {
                finish = "stop";
                break;
            }
        }

        Emit(choice, text.End(), held, text.Released);
        if (isLast)
        {
            emit(null, new ChatRunReport { Usage = new ChatUsage(prompts.Sum(static tokens => (long)tokens.Length), _completionTokens), Cache = "none" });
        }

        emit(new ChatEvent { Choice = choice, FinishReason = finish }, null);
    }

    // Tokens leave with the text that they begin in.
    private void Emit(int choice, string text, Queue<(ChatTokenLogprob Logprob, long Start)> held, long released)
    {
        List<ChatTokenLogprob>? logprobs = null;
        while (held.TryPeek(out (ChatTokenLogprob Logprob, long Start) first) && first.Start < released)
        {
            (logprobs ??= []).Add(held.Dequeue().Logprob);
        }

        if (text.Length > 0 || logprobs is not null)
        {
            emit(new ChatEvent { Choice = choice, Content = text.Length > 0 ? text : null, Logprobs = logprobs }, null);
        }
    }
}
