namespace Assay.Log;

/// <summary>A log that can't be opened, or can't go on. <see cref="Code"/> is one of <see cref="LogErrors"/>.</summary>
public sealed class LogException : Exception
{
    /// <summary>Names the problem, the file or row that it is about, and what was expected.</summary>
    public LogException(string code, string subject, string detail, Exception? innerException = null)
        : base($"{code}: {subject}: {detail}", innerException)
    {
        Code = code;
        Subject = subject;
        Detail = detail;
    }

    internal LogException(LogFinding finding)
        : this(finding.Code, finding.Subject, finding.Detail)
    {
    }

    /// <summary>The stable code.</summary>
    public string Code { get; }

    /// <summary>The file, relative to the log's folder, or the row that the problem is about.</summary>
    public string Subject { get; }

    /// <summary>The problem in words.</summary>
    public string Detail { get; }
}
