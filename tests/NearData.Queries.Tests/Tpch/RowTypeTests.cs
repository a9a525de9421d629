using System.Reflection;
using NearData.Client;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tests.Tpch;

public sealed class RowTypeTests
{
    [Theory]
    [InlineData(TpchTable.LineItem, typeof(LineItem))]
    [InlineData(TpchTable.Orders, typeof(Order))]
    [InlineData(TpchTable.Customer, typeof(Customer))]
    [InlineData(TpchTable.Part, typeof(Part))]
    public void A_row_names_every_column_of_its_table_in_its_order(TpchTable table, Type row)
    {
        IEnumerable<string> columns = new TpchData(new TpchScale(0.01)).Batches(table, 1).First()
            .Columns.Select(column => column.Definition.Name);

        Assert.Equal(columns, row.GetProperties().Select(property => property.GetCustomAttribute<ColumnAttribute>()?.Name));
    }
}
