using NearData.Contracts.V1;

namespace NearData.Client;

/// <summary>Puts an execution's events together.</summary>
internal sealed class AnswerReader
{
    private readonly List<(GroupTable Table, List<GroupChunk> Pieces)> _tables = [];
    private Answer? _answer;
    private bool _isBroken;

    public void Read(ExecuteEvent next)
    {
        switch (next.EventCase)
        {
            case ExecuteEvent.EventOneofCase.GroupTable:
                _tables.Add((next.GroupTable, []));
                break;
            case ExecuteEvent.EventOneofCase.GroupChunk when _tables.Count > 0 && Fits(next.GroupChunk, _tables[^1].Table):
                _tables[^1].Pieces.Add(next.GroupChunk);
                break;
            case ExecuteEvent.EventOneofCase.GroupChunk:
                _isBroken = true;
                break;
            case ExecuteEvent.EventOneofCase.Answer:
                _answer = next.Answer;
                break;
        }
    }

    /// <summary>The whole answer; null where a part of it is missing.</summary>
    public ExecutionAnswer? Finish()
    {
        bool isWhole = !_isBroken && _tables.All(table => table.Pieces.Sum(piece => (long)piece.Rows) == (long)table.Table.Rows && table.Table.Rows <= int.MaxValue);
        return isWhole && _answer is not null ? new(_answer, [.. _tables.Select(table => new GroupRows(table.Table, table.Pieces))]) : null;
    }

    private static bool Fits(GroupChunk rows, GroupTable table) =>
        rows.Rows > 0 && rows.Columns.Count == table.Columns.Count
        && rows.Columns.All(column => column.Length > 0 && column.Length % rows.Rows == 0);
}
