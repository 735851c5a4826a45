using Assay.Verification;

namespace Assay.Client;

/// <summary>What was required of an answer isn't met; the verdict says what is missing. The answer's tensors are withheld.</summary>
public sealed class ShortfallException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ShortfallException(Verdict verdict, Answer answer, string message)
        : base(message)
    {
        Verdict = verdict;
        Answer = answer;
    }

    /// <summary>What was checked and what came out.</summary>
    public Verdict Verdict { get; }

    /// <summary>The bytes, as evidence.</summary>
    public Answer Answer { get; }
}
