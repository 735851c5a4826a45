using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>Puts a backend's events together, and holds the backend to its contract: what can't be an answer isn't signed as one.</summary>
internal sealed class AnswerCollector
{
    /// <summary>The code of an answer that is longer than a receipt here keeps.</summary>
    internal const string TooLong = "backend/too-long";

    private readonly ChatJob _job;
    private readonly CollectedChoice[] _choices;
    private readonly ReadOnlyMemory<float>?[] _vectors;
    private long _size;
    private int _open, _begun;

    internal AnswerCollector(ChatJob job)
    {
        _job = job;
        bool isEmbedding = job.Request.Kind == ChatKind.Embedding;
        _choices = isEmbedding ? [] : [.. Enumerable.Range(0, job.Choices).Select(static _ => new CollectedChoice())];
        _vectors = isEmbedding ? new ReadOnlyMemory<float>?[job.Choices] : [];
        _open = job.Choices;
    }

    internal IReadOnlyList<CollectedChoice> Choices => _choices;

    /// <summary>Adds an event.</summary>
    /// <exception cref="ChatBackendException">No answer can have it: <c>backend/invalid</c>, or <c>backend/too-long</c>.</exception>
    internal void Add(ChatEvent item)
    {
        if (item.Choice < 0 || item.Choice >= _job.Choices)
        {
            throw Invalid($"a choice {item.Choice} of {_job.Choices}");
        }

        if (_choices.Length == 0)
        {
            AddVector(item);
            return;
        }

        CollectedChoice choice = _choices[item.Choice];
        _begun = Math.Max(_begun, item.Choice + 1);
        if (choice.FinishReason is not null)
        {
            throw Invalid("more of a choice that had ended");
        }

        if ((item.Content ?? item.Refusal ?? item.Reasoning) is not null || item.Tool is not null)
        {
            int characters = (item.Content ?? item.Refusal ?? item.Reasoning)?.Length ?? item.Tool?.Arguments?.Length ?? 0;
            _job.Pieces += Math.Max(Math.Max(1, item.Logprobs?.Count ?? 0), characters / TokenEstimate.BytesOfAToken);
        }

        _size += choice.Add(item);
        if (_size > _job.Model.Limits.AnswerBytes)
        {
            throw new ChatBackendException(TooLong, $"The answer is longer than {_job.Model.Limits.AnswerBytes} bytes, which is as much as a receipt here keeps.");
        }

        if (item.FinishReason is { } reason)
        {
            choice.FinishReason = reason is "stop" or "length" or "tool_calls" or "content_filter" or "function_call" ? reason : throw Invalid("an end for a reason that there isn't");
            _open--;
        }
    }

    /// <summary>Holds the end against what was promised.</summary>
    /// <exception cref="ChatBackendException">Something is missing.</exception>
    internal void RequireWhole()
    {
        if (_open > 0)
        {
            throw new ChatBackendException("backend/unfinished", "The model stopped without an end to its answer.");
        }
    }

    /// <summary>What there is so far.</summary>
    internal ChatAnswer Answer() => new()
    {
        Id = _job.AnswerId,
        Model = _job.Name,
        // Of a stream that broke off, those that it had come to.
        Choices = [.. _choices.Take(_begun).Select(static choice => choice.Read())],
        Embeddings = [.. _vectors.OfType<ReadOnlyMemory<float>>()],
        Usage = _job.Report.Usage,
    };

    private void AddVector(ChatEvent item)
    {
        if (item.Embedding is { } vector)
        {
            bool isGood = _vectors[item.Choice] is null && !vector.IsEmpty;
            foreach (float value in vector.Span)
            {
                isGood &= float.IsFinite(value);
            }

            _vectors[item.Choice] = isGood ? vector : throw Invalid("a vector twice, without numbers, or with numbers that aren't finite");
            _open--;
        }
    }

    private static ChatBackendException Invalid(string what) => new("backend/invalid", $"The model's backend gave {what}.");
}
