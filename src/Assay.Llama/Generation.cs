using Assay.Chat;

namespace Assay.Llama;

/// <summary>One request's answer, computed token by token on the thread that calls <see cref="Run"/>.</summary>
/// <param name="model">The model.</param>
/// <param name="context">Ours while this runs.</param>
/// <param name="plan">What was planned.</param>
/// <param name="form">The form that answers must have; null: any text.</param>
/// <param name="prompts">Each prompt's tokens, at least one each.</param>
/// <param name="emit">Takes events and, before the last, the report; may wait.</param>
/// <param name="cancellation">Ends it within one token.</param>
internal sealed class Generation(LlamaModel model, LlamaContext context, ChatPlan plan, AnswerForm? form, int[][] prompts, Action<ChatEvent?, ChatRunReport?> emit, CancellationToken cancellation)
{
    private readonly SamplingParameters _sampling = SamplingParameters.Of(plan.Applied);
    private readonly float[] _promptLogits = new float[model.Pieces.Length];
    private readonly Grammar? _grammar = form is null ? null : new Grammar(form.Root);
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
        FormGuide? guide = _grammar is null ? null : new FormGuide(_grammar, model.Pieces, model.IsEnd);
        ToolCallWriter? call = form?.IsCall == true ? new ToolCallWriter(ToolCallWriter.IdOf(_sampling.Seed, choice)) : null;
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
            int token = sampler.Next(logits, guide is null ? [] : guide.Allowed(applied.MaxTokens.Value - count));
            if (token < 0)
            {
                throw new ChatBackendException(LlamaErrors.Failed, "The model gives logits that are no numbers, or no token that the answer's form allows.", 500);
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
            guide?.Take(token);
            Emit(choice, text.Add(model.Pieces[token]), call, held, text.Released);
            if (text.IsStopped || guide?.IsComplete == true)
            {
                finish = call is null ? "stop" : "tool_calls";
                break;
            }
        }

        Emit(choice, text.End(), call, held, text.Released);
        if (call?.End(isComplete: finish == "tool_calls") is { } rest)
        {
            emit(new ChatEvent { Choice = choice, Tool = rest }, null);
        }

        if (isLast)
        {
            emit(null, new ChatRunReport { Usage = new ChatUsage(prompts.Sum(static tokens => (long)tokens.Length), _completionTokens), Cache = "none" });
        }

        emit(new ChatEvent { Choice = choice, FinishReason = finish }, null);
    }

    // Tokens leave with the text that they begin in.
    private void Emit(int choice, string text, ToolCallWriter? call, Queue<(ChatTokenLogprob Logprob, long Start)> held, long released)
    {
        if (call is not null)
        {
            if (call.Add(text) is { } fragment)
            {
                emit(new ChatEvent { Choice = choice, Tool = fragment }, null);
            }

            return;
        }

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
