using Assay.Primitives;

namespace Assay.Verification;

/// <summary>The results of the checks while they are made: one for each code, not evaluated until said otherwise.</summary>
internal sealed class CheckTable
{
    private readonly Dictionary<string, (CheckResult Result, string? Detail, string? Subject)> _results =
        CheckCodes.All.ToDictionary(static code => code, static _ => (CheckResult.NotEvaluated, (string?)DetailCodes.Unreadable, (string?)null));

    public IEnumerable<string> Failed => CheckCodes.All.Where(Fails);

    public CheckResult this[string code] => _results[code].Result;

    public string? Detail(string code) => _results[code].Detail;

    /// <summary>Which of several a failure is about; null: there is only one, or it isn't known.</summary>
    public string? Subject(string code) => _results[code].Subject;

    public bool Fails(string code) => this[code] == CheckResult.Fail;

    public bool Passes(string code) => this[code] == CheckResult.Pass;

    public void Pass(string code) => _results[code] = (CheckResult.Pass, null, null);

    public void Fail(string code, string detail, string? subject = null) => _results[code] = (CheckResult.Fail, detail, subject);

    public void Skip(string code, string detail) => _results[code] = (CheckResult.NotEvaluated, detail, null);

    /// <summary>A pass if there is no detail, else a failure.</summary>
    public void Set(string code, string? failure)
    {
        if (failure is null)
        {
            Pass(code);
        }
        else
        {
            Fail(code, failure);
        }
    }
}
